import type { Callback } from '../calls/callback.ts';
import type { CallbackError } from '../calls/callback-error.ts';
import { type FieldProblem, PROBLEMS, type ProblemCode } from '../calls/problems.ts';

/** An RFC 9457 problem object. */
export interface Problem {
  /** Address of the description. `code` is its last part. */
  type: string;
  code: ProblemCode;
  title: string;
  status: number;
  detail: string;
  instance: string;
  retryable: boolean;
  errors?: readonly FieldProblem[];
  asterisk?: { message: string };
  callback?: Callback;
}

/** Returns the address of a problem's description, which identifies the problem. */
export const problemType = (code: ProblemCode, basePath = ''): string => `${basePath}/problems/${code}`;

/** Returns an error as its caller receives it. `instance` is Lambda's request id. */
export function problemOf(error: CallbackError, instance: string, basePath?: string): Problem {
  const { code, message, errors, asteriskMessage, callback } = error;
  return {
    type: problemType(code, basePath),
    code,
    ...PROBLEMS[code],
    detail: message,
    instance,
    ...(errors && { errors }),
    ...(asteriskMessage && { asterisk: { message: asteriskMessage } }),
    ...(callback && { callback }),
  };
}
