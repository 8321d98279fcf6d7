import { textAt } from '../payload-path.ts';
import { hmacSha256, isFresh, isOneOf } from '../signature.ts';
import type { Source } from '../source.ts';

/**
 * Standard Webhooks 1.0, the symmetric scheme:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardWebhooks: Source = {
  proof: 'webhook-id, webhook-timestamp (no more than five minutes ago) and webhook-signature of the kind v1',

  verify({ request: { headers, body }, now }, { secret }) {
    const {
      'webhook-id': id,
      'webhook-timestamp': timestamp = '',
      'webhook-signature': signatures = '',
    } = headers;
    if (!id || !/^\d{1,12}$/.test(timestamp) || !isFresh(Number(timestamp), now)) return false;
    const expected = secret.map((each) => {
      const key = Buffer.from(each.replace(/^whsec_/, ''), 'base64');
      return `v1,${hmacSha256(key, [`${id}.${timestamp}.`, body], 'base64')}`;
    });
    // While the sender rotates its secret, it signs with both.
    return signatures.split(' ').some((signature) => isOneOf(signature, expected));
  },

  read({ request: { headers }, payload }) {
    // The header's time is that of the attempt; the payload's, if it follows the advice, that of the event.
    const time = textAt(payload, 'timestamp') ?? headers['webhook-timestamp'];
    return { call: true, fields: {}, key: headers['webhook-id'], time };
  },
};
