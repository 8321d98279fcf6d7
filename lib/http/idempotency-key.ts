import { IDEMPOTENCY_KEY_RULE, isIdempotencyKey } from '../calls/repeats/request-keys.ts';
import { CallbackError } from '../problems/callback-error.ts';
import type { HttpRequest } from './http-request.ts';

/**
 * Returns the `Idempotency-Key` of a request, if there is one.
 *
 * @throws CallbackError request-malformed.
 */
export function idempotencyKeyOf({ headers }: HttpRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || isIdempotencyKey(key)) return key;
  const message = IDEMPOTENCY_KEY_RULE;
  throw new CallbackError('request-malformed', `Idempotency-Key ${message}`, {
    errors: [{ field: 'Idempotency-Key', message }],
  });
}
