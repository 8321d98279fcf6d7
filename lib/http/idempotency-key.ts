import { CallbackError } from '../calls/callback-error.ts';
import type { HttpRequest } from './http-request.ts';

/**
 * How long an identical request without a key is a repeat: senders, browsers and impatient people send again within
 * seconds.
 */
export const SAME_REQUEST_SECONDS = 15;

/**
 * Returns the `Idempotency-Key` of a request, if there is one.
 *
 * @throws CallbackError request-malformed.
 */
export function idempotencyKeyOf({ headers }: HttpRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const message = 'must be 1 to 255 visible ASCII characters, without blanks';
  throw new CallbackError('request-malformed', `Idempotency-Key ${message}`, {
    errors: [{ field: 'Idempotency-Key', message }],
  });
}
