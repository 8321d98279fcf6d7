import { idempotencyKeyOf } from '../../http/idempotency-key.ts';
import { hmacSha256, isOneOf } from '../signature.ts';
import type { Source } from '../source.ts';

/** Whatever can send JSON or a form, and sign it or send a key. */
export const json: Source = {
  proof:
    'X-Signature-256: sha256=<hex HMAC-SHA256 of the raw body>, or Authorization: Bearer <secret>; not both',

  verify({ request: { headers, body } }, { secret }) {
    const { 'x-signature-256': signature, authorization } = headers;
    if (signature !== undefined && authorization !== undefined) return false;
    if (signature === undefined) return isOneOf(/^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1], secret);
    const expected = secret.map((each) => `sha256=${hmacSha256(each, [body], 'hex')}`);
    return isOneOf(signature, expected);
  },

  read: ({ request }) => ({ call: true, fields: {}, key: idempotencyKeyOf(request) }),
};
