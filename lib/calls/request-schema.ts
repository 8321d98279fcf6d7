import * as z from 'zod/mini';
import { CallbackError } from '../problems/callback-error.ts';
import type { FieldProblem } from '../problems/problem-codes.ts';
import { fieldErrors } from './field-errors.ts';

/** A text that only a search or a list uses. It may hold control characters. */
export const searchText = (max: number) =>
  z.string().check(z.minLength(1, 'is empty'), z.maxLength(max, `at most ${max} characters`));

export const time = () =>
  z.iso.datetime({
    offset: true,
    error: 'must be an RFC 3339 time with an offset, such as "2026-12-01T09:00:00+01:00"',
  });

/** Checks a request. @throws CallbackError request-invalid. It names fields and repeats no values. */
export function parseRequest<T extends z.ZodMiniObject>(schema: T, input: unknown): z.infer<T> {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalidRequest(fieldErrors(parsed.error, Object.keys(schema.def.shape)));
}

export function invalidRequest(errors: FieldProblem[]): CallbackError {
  const detail = errors.map(({ field, message }) => `${field || 'The request'} ${message}`).join('; ');
  return new CallbackError('request-invalid', detail, { errors });
}
