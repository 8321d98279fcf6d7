import { describe, expect, it } from 'vitest';
import { standardWebhooks } from '../../lib/webhooks/sources/standard-webhooks.ts';
import { parsedHook, requestOf } from '../support/webhooks/reading.ts';

/** The specification's own: spec/standard-webhooks.md and the tests of its reference libraries. */
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1614265330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

function verify({
  now = VECTOR.timestamp,
  secret = VECTOR.secret as string | string[],
  signature = VECTOR.signature,
} = {}) {
  const request = requestOf({
    method: 'POST',
    url: '/webhooks/standard-webhooks',
    headers: {
      'content-type': 'application/json',
      'webhook-id': VECTOR.id,
      'webhook-timestamp': String(VECTOR.timestamp),
      'webhook-signature': signature,
    },
    body: VECTOR.body,
  });
  return standardWebhooks.verify({ request, payload: {}, now }, parsedHook('standard-webhooks', { secret }));
}

describe('Standard Webhooks', () => {
  it('accepts the official test vector, with and without the prefix of the secret', () => {
    expect(verify()).toBe(true);
    expect(verify({ secret: VECTOR.secret.replace('whsec_', '') })).toBe(true);
  });

  it.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
  ])('%i s from its time: %s', (seconds, accepted) => {
    expect(verify({ now: VECTOR.timestamp + seconds })).toBe(accepted);
  });

  it('accepts one right signature among several, wherever it stands', () => {
    const wrong = `v1,${Buffer.alloc(32).toString('base64')}`;
    expect(verify({ signature: `${wrong} ${VECTOR.signature}` })).toBe(true);
    expect(verify({ signature: `${VECTOR.signature} ${wrong}` })).toBe(true);
    expect(verify({ signature: `v1a,xyz v2,${VECTOR.signature.slice(3)} ${VECTOR.signature}` })).toBe(true);
    expect(verify({ signature: `${wrong} ${wrong}` })).toBe(false);
    expect(verify({ signature: '' })).toBe(false);
    expect(verify({ signature: ' ' })).toBe(false);
  });

  it('accepts either secret while it is rotated here', () => {
    const next = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    expect(verify({ secret: [next, VECTOR.secret] })).toBe(true);
    expect(verify({ secret: [next] })).toBe(false);
  });
});
