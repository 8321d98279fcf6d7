import type { Callback } from '../calls/callback.ts';
import { maskNumbers } from '../shared/mask.ts';
import type { FieldProblem, ProblemCode } from './problem-codes.ts';

export interface ErrorDetails {
  cause?: unknown;
  /** The refused field of the request, such as `to` or `variables.CRM_ID`. */
  field?: string | undefined;
  /** All refused fields, instead of `field`. */
  errors?: readonly FieldProblem[] | undefined;
  /** What the owner of the settings or of the PBX can do. The log and the command line show the hint. A response never has it. */
  hint?: string | undefined;
  /** The message of Asterisk's reply. */
  asteriskMessage?: string | undefined;
  /** The name of the limit that is reached, such as `perDay`. */
  limit?: string | undefined;
  /** The callback, if it may be stored or its Originate may have been sent. Its phones may ring, or have rung. */
  callback?: Callback | undefined;
  /** HTTP headers of the response, such as `Allow`. */
  headers?: Readonly<Record<string, string>>;
}

/**
 * The only error class that callers receive. `code` is stable. The message says what happened and what the caller can do.
 * The constructor masks phone numbers in the message.
 */
export class CallbackError extends Error {
  override readonly name = 'CallbackError';
  readonly code: ProblemCode;
  readonly errors: readonly FieldProblem[] | undefined;
  readonly hint: string | undefined;
  readonly asteriskMessage: string | undefined;
  readonly limit: string | undefined;
  readonly callback: Callback | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, message: string, details: ErrorDetails = {}) {
    super(maskNumbers(message), { cause: details.cause });
    const errors = details.errors ?? (details.field ? [{ field: details.field, message }] : undefined);
    this.code = code;
    this.errors = errors?.map((error) => ({ ...error, message: maskNumbers(error.message) }));
    this.hint = details.hint && maskNumbers(details.hint);
    this.asteriskMessage = details.asteriskMessage && maskNumbers(details.asteriskMessage);
    this.limit = details.limit;
    this.callback = details.callback;
    this.headers = details.headers ?? {};
  }

  /** Returns the same error with the callback, and with more headers. */
  with(callback: Callback, headers: Readonly<Record<string, string>> = {}): CallbackError {
    const details = { ...this, cause: this.cause, callback, headers: { ...this.headers, ...headers } };
    return new CallbackError(this.code, this.message, details);
  }
}
