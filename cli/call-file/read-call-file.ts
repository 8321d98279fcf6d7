import { callerIdIn, type Line, splitLines } from './call-file-lines.ts';

/** A line that a request cannot express, or that makes no difference, and why. */
export interface Remark {
  line: number;
  keyword: string;
  why: string;
}

/** What a call file asks Asterisk for, with the defaults of pbx_spool. */
export interface CallFile {
  channel: string;
  context: string;
  extension: string;
  priority: number;
  maxRetries: number;
  retrySeconds: number;
  waitSeconds: number;
  callerIdNumber: string | undefined;
  callerIdName: string | undefined;
  variables: Readonly<Record<string, string>>;
  /** Returns the number of the line with a keyword. 0 if the file has no such line. */
  lineOf: (keyword: string) => number;
}

export interface ReadCallFile {
  /** Undefined if lines are refused. */
  file: CallFile | undefined;
  /** Lines that a request cannot express, and missing lines. */
  refused: Remark[];
  /** Lines that make no difference to the call. */
  ignored: Remark[];
}

const VARIABLE = /^set(var)?$/;
/** Lines that Asterisk itself appends. */
const OWN_LINES = /^(startretry|endretry|abortretry|delayedretry|retry)$/;
/** They say what Asterisk does with the file after the call. A callback has a record instead. */
const OF_THE_FILE = /^(archive|alwaysdelete)$/;

const WITHOUT_EQUAL = new Map(
  Object.entries({
    application:
      'a callback continues in the dialplan. Write a context that runs the application, and name it with Context and Extension',
    data: 'it is an argument of Application',
    codecs: 'the endpoint of the phone sets the codecs. Remove the line, and set "allow" of the endpoint',
    early_media:
      'a callback enters the dialplan after the answer. Remove the line, or use Progress() in the dialplan',
    account:
      'a request has no account code. Remove the line, and write Set(CHANNEL(accountcode)=…) into the context',
  }),
);

/** Returns whether a text has a Channel, or mostly keywords of call files. Only then do messages about its lines help. */
export function isCallFile(text: string): boolean {
  const keywords = splitLines(text).map(({ keyword }) => keyword.toLowerCase());
  const unknown = keywords.filter((keyword) => !isKnown(keyword));
  return keywords.includes('channel') || unknown.length * 2 < keywords.length;
}

const isKnown = (keyword: string): boolean =>
  [KEYWORDS, WITHOUT_EQUAL].some((words) => words.has(keyword)) ||
  [VARIABLE, OWN_LINES, OF_THE_FILE].some((words) => words.test(keyword));

/** Reads a call file as pbx_spool of Asterisk does. A value that Asterisk does not accept becomes the default. */
export function readCallFile(text: string): ReadCallFile {
  const lines = splitLines(text);
  const refused: Remark[] = [];
  const ignored: Remark[] = [];
  const values = new Map<string, Line>();
  const variables: Record<string, string> = {};
  for (const line of lines) {
    const keyword = line.keyword.toLowerCase();
    const why = WITHOUT_EQUAL.get(keyword);
    if (why !== undefined) refused.push({ line: line.number, keyword: line.keyword, why });
    else if (VARIABLE.test(keyword)) addVariable(line, variables, { refused, ignored });
    else if (KEYWORDS.has(keyword)) values.set(keyword, line);
    else if (!isKnown(keyword))
      ignored.push({ line: line.number, keyword: line.keyword, why: 'Asterisk does not know this keyword' });
  }

  const textOf = (keyword: string): string => values.get(keyword)?.value ?? '';
  const lineOf = (keyword: string): number => values.get(keyword)?.number ?? 0;
  const integer = (keyword: string, least: number, otherwise: number): number => {
    const found = Number.parseInt(textOf(keyword), 10);
    return found >= least ? found : otherwise;
  };
  if (!textOf('channel').includes('/')) {
    const why = 'it must be a technology and a phone, such as PJSIP/3200. Asterisk refuses this file, too';
    refused.push({ line: lineOf('channel'), keyword: 'Channel', why });
  }
  if (textOf('extension') === '' && !refused.some(({ keyword }) => /^application$/i.test(keyword))) {
    const why = 'the file has no extension, so Asterisk refuses it, too';
    refused.push({ line: 0, keyword: 'Extension', why });
  }
  if (textOf('context') === '') {
    const why =
      'the file has no context. Asterisk would use the context of the phone. Write this context into the file';
    refused.push({ line: 0, keyword: 'Context', why });
  }
  const { number: callerIdNumber, name: callerIdName } = callerIdIn(textOf('callerid'));
  if (callerIdNumber !== undefined && !/^\+?[0-9]{1,24}$/.test(callerIdNumber)) {
    const why = 'a caller id has digits only, with or without "+". Correct the number, or remove the line';
    refused.push({ line: lineOf('callerid'), keyword: 'CallerID', why });
  }
  if (refused.length > 0) return { file: undefined, refused, ignored };

  const file: CallFile = {
    channel: textOf('channel'),
    context: textOf('context'),
    extension: textOf('extension'),
    priority: integer('priority', 1, 1),
    maxRetries: integer('maxretries', 0, 0),
    retrySeconds: integer('retrytime', 1, 300),
    waitSeconds: integer('waittime', 1, 45),
    callerIdNumber,
    callerIdName,
    variables,
    lineOf,
  };
  return { file, refused, ignored };
}

const KEYWORDS = new Set([
  'channel',
  'callerid',
  'context',
  'extension',
  'priority',
  'maxretries',
  'retrytime',
  'waittime',
]);

function addVariable(
  { number, keyword, value }: Line,
  variables: Record<string, string>,
  { refused, ignored }: { refused: Remark[]; ignored: Remark[] },
): void {
  const [, name, content] = /^([^=]+)=(.*)$/.exec(value) ?? [];
  const refuse = (why: string) => refused.push({ line: number, keyword, why });
  if (name === undefined || content === undefined)
    ignored.push({ line: number, keyword, why: 'it is not NAME=value. Asterisk ignores it, too' });
  else if (name.includes('('))
    refuse('a request sets variables, not functions. Call the function with Set() in the context');
  else if (!/^(?!__proto__$)_{0,2}[A-Za-z][A-Za-z0-9_]*$/.test(name))
    refuse('a request cannot set a variable of this name');
  else if (/^_{0,2}CALLBACK_/.test(name)) refuse('the prefix CALLBACK_ is reserved. Rename the variable');
  else variables[name] = content;
}
