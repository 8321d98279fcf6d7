import { createHash } from 'node:crypto';
import { idempotencyKeyOf } from '../../http/idempotency-key.ts';
import { CallbackError } from '../../problems/callback-error.ts';
import { hmacSha256, isFresh, isOneOf } from '../check-signature.ts';
import { defineSource, requiredMap, sourceSettings } from '../define-source.ts';

/** Any sender of JSON or forms that can sign its requests or send a secret. */
export const json = defineSource({
  settings: sourceSettings({ map: requiredMap }),
  proof:
    'one of "X-Signature: t=<Unix time>,v1=<hex HMAC-SHA256 of the time, a dot and the raw body>", "X-Signature-256: sha256=<hex HMAC-SHA256 of the raw body>" and "Authorization: Bearer <secret>"',

  verify({ request: { headers, body }, now }, { secret }) {
    const [proof, ...others] = PROOFS.flatMap((name) => headers[name] ?? []);
    if (proof === undefined || others.length > 0) return false;
    if (headers['authorization'] !== undefined) return isOneOf(/^Bearer +(\S+)$/i.exec(proof)?.[1], secret);
    const time = timeIn(proof);
    if (time === undefined) {
      const expected = secret.map((each) => `sha256=${hmacSha256(each, [body], 'hex')}`);
      return isOneOf(proof, expected);
    }
    // During a rotation the sender writes v1 twice.
    const expected = secret.map((each) => `v1=${hmacSha256(each, [`${time}.`, body], 'hex')}`);
    return isFresh(Number(time), now) && proof.split(',').some((part) => isOneOf(part.trim(), expected));
  },

  read({ request }, { map }) {
    const time = timeIn(PROOFS.flatMap((name) => request.headers[name] ?? [])[0] ?? '');
    const header = idempotencyKeyOf(request);
    if (time === undefined) return { call: true, fields: {}, key: header };
    if (map['key'] !== undefined) return { call: true, fields: {}, time };
    if (header !== undefined) throw unsignedKey();
    // Every copy of this request has this key, also a copy that somebody else sends.
    const key = `${time}.${createHash('sha256').update(request.body).digest('base64url')}`;
    return { call: true, fields: {}, key, time };
  },
});

const PROOFS = ['x-signature', 'x-signature-256', 'authorization'];

/** Returns the time of `t=1700000000,v1=5257a8…` as it is written, or undefined for any other proof. */
const timeIn = (proof: string): string | undefined => /^t=(\d{1,12})(?:,|$)/.exec(proof)?.[1];

function unsignedKey(): CallbackError {
  const message =
    'is not covered by the signature: put the id of the event into the body, and name it in map.key';
  return new CallbackError('request-invalid', `Idempotency-Key ${message}`, {
    errors: [{ field: 'Idempotency-Key', message }],
  });
}
