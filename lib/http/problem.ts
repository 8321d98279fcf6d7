import type { Callback } from '../calls/callback.ts';
import type { CallbackError } from '../calls/callback-error.ts';
import { type FieldProblem, PROBLEMS } from '../calls/problems.ts';

/** An RFC 9457 problem object. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  retryable: boolean;
  errors?: readonly FieldProblem[];
  asterisk?: { message: string };
  callback?: Callback;
}

/** Returns an error as its caller receives it. `instance` is Lambda's request id. */
export function problemOf(error: CallbackError, instance: string): Problem {
  const { code, message, errors, asteriskMessage, callback } = error;
  return {
    type: `/problems/${code}`,
    ...PROBLEMS[code],
    detail: message,
    instance,
    ...(errors && { errors }),
    ...(asteriskMessage && { asterisk: { message: asteriskMessage } }),
    ...(callback && { callback }),
  };
}
