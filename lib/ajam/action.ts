import { AjamError } from './errors.ts';

/** An AMI action: its name and its headers. A header whose value is a list is sent once for each item, as `Variable` needs it. */
export interface Action {
  readonly action: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The most headers that Asterisk reads over HTTP. Asterisk drops the rest without an error (AST_MAX_MANHEADERS, manager.h). */
const MAX_HEADERS = 128;
/** Asterisk answers a larger form with 413 (MAX_CONTENT_LENGTH, http.c) and leaks the session. */
const MAX_BODY_BYTES = 40_960;
/** Some actions have fewer than 256 bytes for an ActionID. A longer ActionID damages the reply. */
const MAX_ACTION_ID_LENGTH = 128;

/**
 * Returns the form body of an action.
 *
 * Refuses control characters in every name and value. AJAM itself cannot be split by CR or LF, but Asterisk repeats values
 * unchanged to every AMI listener, and they may reach SIP headers.
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
    throw invalid(`an action has at most ${MAX_HEADERS} headers, this one has ${count}`);
  }
  const body = form.toString();
  if (body.length > MAX_BODY_BYTES) {
    throw invalid(`an encoded action has at most ${MAX_BODY_BYTES} bytes, this one has ${body.length}`);
  }
  return body;
}

export const invalid = (message: string): AjamError => new AjamError('AJAM_INVALID', `Not sent: ${message}`);

function checkedName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) return name;
  throw invalid('a header name has letters, digits, "_" and "-", and begins with a letter');
}

function checkedValue(name: string, value: string): string {
  if (/\p{Cc}/u.test(value)) throw invalid(`the value of ${name} contains a control character`);
  if (!value.isWellFormed()) throw invalid(`the value of ${name} is not well-formed Unicode`);
  if (/^ActionID$/i.test(name) && value.length > MAX_ACTION_ID_LENGTH)
    throw invalid(`the value of ${name} is longer than ${MAX_ACTION_ID_LENGTH} characters`);
  // Asterisk skips leading blanks. An empty value would still hide a later header of the same name, because Asterisk takes the
  // first header.
  if (value === '' || value.startsWith(' '))
    throw invalid(`the value of ${name} is empty or begins with a blank`);
  return value;
}

/**
 * Returns the value of a `Variable` header: `NAME=value`. It escapes what Asterisk's argument splitter changes:
 * `__ast_app_separate_args` removes quotes and backslashes, and splits at commas outside of brackets.
 *
 * The name may begin with one or two `_`, for inheritance. Brackets are refused, because `NAME(…)` would set a dialplan function.
 *
 * @throws AjamError AJAM_INVALID.
 */
export function encodeVariable(name: string, value: string): string {
  if (!/^_{0,2}[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
    throw invalid('a variable name has letters, digits and "_". Dialplan functions are not allowed');
  }
  return `${name}=${escapeArgument(value)}`;
}

export const escapeArgument = (value: string): string => value.replace(/[\\,"()[\]]/g, '\\$&');
