import * as z from 'zod/mini';
import { type CallbackView, callback } from '../calls/callback.ts';
import { described } from '../shared/described.ts';
import type { CallbackError } from './callback-error.ts';
import { PROBLEMS, type ProblemCode } from './problem-codes.ts';

const codes = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

const kind = {
  type: described(z.string(), 'Address of the description of the problem'),
  code: described(z.enum(codes), 'Identifies the kind of problem. It never changes'),
  title: described(z.string(), 'The kind of problem in words'),
  status: described(z.int().check(z.gte(400), z.lte(599)), 'The HTTP status'),
  retryable: described(z.boolean(), '`true`: no phone can have rung, and the same request may succeed later'),
};

/** An RFC 9457 problem object. OpenAPI is generated from this schema. */
const problem = described(
  z.object({
    ...kind,
    detail: described(z.string(), 'What happened and what to do, for people'),
    instance: described(z.string(), 'The id under which the request was logged'),
    errors: z.optional(
      described(z.array(z.object({ field: z.string(), message: z.string() })), 'The fields that are wrong'),
    ),
    asterisk: z.optional(
      described(z.object({ message: z.string() }), 'The words of Asterisk, if it gave a reason'),
    ),
    limit: z.optional(described(z.string(), 'The name of the limit that is reached, such as `perDay`')),
    callback: z.optional(callback),
  }),
  'RFC 9457',
  { id: 'Problem' },
);
export type Problem = z.infer<typeof problem>;

/** The response of `GET /problems/{code}`. OpenAPI is generated from this schema. */
const problemDescription = described(
  z.object({
    ...kind,
    meaning: described(z.string(), 'When a caller receives the problem'),
    action: described(z.string(), 'What the caller, or the owner of the settings, can do'),
  }),
  'What a problem means and what to do about it',
  { id: 'ProblemDescription' },
);
export type ProblemDescription = z.infer<typeof problemDescription>;

/** Returns the address of a problem's description, which identifies the problem. */
export const problemType = (code: ProblemCode, basePath = ''): string => `${basePath}/problems/${code}`;

/** Returns an error as its caller receives it. `instance` is Lambda's request id. */
export function problemOf(error: CallbackError, instance: string, basePath?: string): Problem {
  const { code, message, errors, asteriskMessage, limit, callback } = error;
  return {
    type: problemType(code, basePath),
    code,
    ...PROBLEMS[code],
    detail: message,
    instance,
    ...(errors && { errors: [...errors] }),
    ...(asteriskMessage && { asterisk: { message: asteriskMessage } }),
    ...(limit && { limit }),
    // `viewOf` in lib/calls adds the record to the callback of an error, unless the record could not be written.
    ...(callback && { callback: callback as CallbackView }),
  };
}
