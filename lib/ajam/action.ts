import { AjamError } from './errors.ts';

/** An AMI action: its name and its headers. A list repeats the header, which makes sense for `Variable` alone. */
export interface Action {
  readonly action: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Asterisk reads no more over HTTP and drops the rest silently (AST_MAX_MANHEADERS, manager.h). */
const MAX_HEADERS = 128;
/** Asterisk answers a larger form with 413 (MAX_CONTENT_LENGTH, http.c) and leaks the session. */
const MAX_BODY_BYTES = 40_960;
/** Some actions have room for fewer than 256 bytes, and damage the reply when an id is longer. */
const MAX_ACTION_ID_LENGTH = 128;

/**
 * The form body of an action.
 *
 * AJAM itself cannot be split by CR or LF, but what stands in a value is echoed raw to every AMI listener
 * and may reach SIP headers: control characters are refused here, for every name and value.
 *
 * @throws AjamError AJAM_INVALID, before anything is sent.
 */
export function encodeAction({ action, headers = {} }: Action): string {
  const form = new URLSearchParams();
  let count = 0;
  const add = (name: string, value: string): void => {
    form.append(checkedName(name), checkedValue(name, value));
    count += 1;
  };
  add('Action', action);
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') add(name, value);
    else for (const item of value ?? []) add(name, item);
  }
  if (count > MAX_HEADERS) {
    throw invalid(`an action has at most ${MAX_HEADERS} headers, this one ${count}`);
  }
  const body = form.toString();
  if (body.length > MAX_BODY_BYTES) {
    throw invalid(`an action has at most ${MAX_BODY_BYTES} bytes once encoded, this one ${body.length}`);
  }
  return body;
}

const invalid = (message: string): AjamError => new AjamError('AJAM_INVALID', `Not sent: ${message}`);

function checkedName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) return name;
  throw invalid('a header name is letters, digits, "_" and "-", and begins with a letter');
}

function checkedValue(name: string, value: string): string {
  if (/\p{Cc}/u.test(value)) throw invalid(`the value of ${name} holds a control character`);
  if (!value.isWellFormed()) throw invalid(`the value of ${name} is not well-formed Unicode`);
  if (/^ActionID$/i.test(name) && value.length > MAX_ACTION_ID_LENGTH)
    throw invalid(`the value of ${name} is longer than ${MAX_ACTION_ID_LENGTH} characters`);
  // Asterisk takes the first header of a name even if it is empty, and skips leading blanks.
  if (value === '' || value.startsWith(' '))
    throw invalid(`the value of ${name} is empty or begins with a blank`);
  return value;
}

/**
 * A `Variable` header: `NAME=value` with everything escaped that Asterisk's argument splitter would eat
 * (`__ast_app_separate_args` removes quotes and backslashes and splits at commas outside brackets).
 *
 * A name is a plain variable, with up to two `_` for inheritance: a name with brackets would write a
 * dialplan function.
 */
export function encodeVariable(name: string, value: string): string {
  if (!/^_{0,2}[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
    throw invalid('a variable name is letters, digits and "_", and no dialplan function');
  }
  return `${name}=${escapeArgument(value)}`;
}

export const escapeArgument = (value: string): string => value.replace(/[\\,"()[\]]/g, '\\$&');
