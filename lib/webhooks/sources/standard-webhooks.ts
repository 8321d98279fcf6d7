import type { HttpRequest } from '../../http/http-request.ts';
import { matching, oneOrMore } from '../../settings/schema-parts.ts';
import { hmacSha256, isFresh, isOneOf } from '../check-signature.ts';
import { defineSource, requiredMap, sourceSettings } from '../define-source.ts';
import { textAt } from '../payload-path.ts';

/**
 * Standard Webhooks 1.0, the symmetric scheme:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * Svix sends the same headers under its own name.
 */
export const standardWebhooks = defineSource({
  settings: sourceSettings({
    secret: oneOrMore(
      matching(
        /^(whsec_)?[A-Za-z0-9+/]{32,88}={0,2}$/,
        '24 to 64 bytes in base64, with or without "whsec_" before them',
      ),
      'secrets',
    ),
    map: requiredMap,
  }),
  proof:
    'webhook-id, webhook-timestamp (no more than five minutes ago) and webhook-signature of the kind v1, or the three svix- headers',

  verify({ request: { headers, body }, now }, { secret }) {
    const { id, timestamp, signatures } = signatureHeaders(headers);
    if (!id || !/^\d{1,12}$/.test(timestamp) || !isFresh(Number(timestamp), now)) return false;
    const expected = secret.map((each) => {
      const key = Buffer.from(each.replace(/^whsec_/, ''), 'base64');
      return `v1,${hmacSha256(key, [`${id}.${timestamp}.`, body], 'base64')}`;
    });
    // During a rotation the sender signs with both secrets.
    return signatures.split(' ').some((signature) => isOneOf(signature, expected));
  },

  read({ request: { headers }, payload }) {
    const { id, timestamp } = signatureHeaders(headers);
    // The header has the time of the attempt. The payload has the time of the event, if the sender follows the standard's advice.
    return { call: true, fields: {}, key: id, time: textAt(payload, 'timestamp') ?? timestamp };
  },
});

const PARTS = ['id', 'timestamp', 'signature'] as const;

/** Returns one complete set of headers. A mixture of two sets is not accepted. */
function signatureHeaders(headers: HttpRequest['headers']) {
  const prefix = PARTS.some((part) => `webhook-${part}` in headers) ? 'webhook' : 'svix';
  const [id = '', timestamp = '', signatures = ''] = PARTS.map((part) => headers[`${prefix}-${part}`]);
  return { id, timestamp, signatures };
}
