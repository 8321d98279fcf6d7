import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { isVerified, read, requestOf } from '../../support/webhooks/reading.ts';

/** From spec/standard-webhooks.md and the tests of its reference libraries. */
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1614265330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

const SIGNED = { id: VECTOR.id, timestamp: String(VECTOR.timestamp), signature: VECTOR.signature };

const named = (prefix: string, values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}-${name}`, value]));

function verify({
  now = VECTOR.timestamp,
  secret = VECTOR.secret as string | string[],
  signature = VECTOR.signature,
  headers = named('webhook', { ...SIGNED, signature }),
} = {}) {
  const request = requestOf({
    method: 'POST',
    url: '/webhooks/standard-webhooks',
    headers: { 'content-type': 'application/json', ...headers },
    body: VECTOR.body,
  });
  return isVerified('standard-webhooks', request, { now, changes: { secret } });
}

describe('The source standard-webhooks', () => {
  it('accepts the official test vector, with and without the prefix of the secret', () => {
    expect(verify()).toBe(true);
    expect(verify({ secret: VECTOR.secret.replace('whsec_', '') })).toBe(true);
  });

  it.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
  ])('accepts an event that was signed at most 300 s before or after: %i s, %s', (seconds, accepted) => {
    expect(verify({ now: VECTOR.timestamp + seconds })).toBe(accepted);
  });

  it('accepts one right signature among several, in any place', () => {
    const wrong = `v1,${Buffer.alloc(32).toString('base64')}`;
    expect(verify({ signature: `${wrong} ${VECTOR.signature}` })).toBe(true);
    expect(verify({ signature: `${VECTOR.signature} ${wrong}` })).toBe(true);
    expect(verify({ signature: `v1a,xyz v2,${VECTOR.signature.slice(3)} ${VECTOR.signature}` })).toBe(true);
    expect(verify({ signature: `${wrong} ${wrong}` })).toBe(false);
    expect(verify({ signature: '' })).toBe(false);
    expect(verify({ signature: ' ' })).toBe(false);
  });

  it('accepts either secret while the settings hold two', () => {
    const next = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    expect(verify({ secret: [next, VECTOR.secret] })).toBe(true);
    expect(verify({ secret: [next] })).toBe(false);
  });

  it('accepts the same headers under the name of Svix', () => {
    expect(verify({ headers: named('svix', SIGNED) })).toBe(true);
    expect(verify({ headers: named('svix', { ...SIGNED, id: 'msg_other' }) })).toBe(false);
    expect(verify({ headers: named('svix', SIGNED), now: VECTOR.timestamp + 301 })).toBe(false);
  });

  it('accepts the headers of a sender that sends both sets', () => {
    expect(verify({ headers: { ...named('webhook', SIGNED), ...named('svix', SIGNED) } })).toBe(true);
  });

  it.each(['id', 'timestamp', 'signature'] as const)('refuses a mixture of both sets: svix-%s', (part) => {
    const { [part]: moved, ...others } = SIGNED;
    expect(verify({ headers: { ...named('webhook', others), ...named('svix', { [part]: moved }) } })).toBe(
      false,
    );
    expect(verify({ headers: { ...named('svix', others), ...named('webhook', { [part]: moved }) } })).toBe(
      false,
    );
    expect(verify({ headers: named('svix', others) })).toBe(false);
  });

  it('takes the key and the time of an event from the headers of Svix', async () => {
    const body = JSON.stringify({ type: 'lead.call_requested', data: { phone: '+74951234500' } });
    const id = 'msg_17';
    const at = new Date();
    const headers = {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
      'svix-signature': new Webhook(VECTOR.secret).sign(id, at, body),
    };
    const asked = { method: 'POST', url: '/webhooks/svix', headers, body };
    const map = { to: 'data.phone', agent: '"3200"' };
    const call = await read(asked, 'standard-webhooks', { secret: VECTOR.secret, map, agents: undefined });
    expect(call).toMatchObject({ key: 'msg_17', fields: { to: '+74951234500' } });
    const late = Date.now() / 1000 + 250;
    const changes = { secret: VECTOR.secret, map, agents: undefined, maxAgeSeconds: 60 };
    await expect(read(asked, 'standard-webhooks', changes, late)).rejects.toMatchObject({
      code: 'event-too-old',
    });
  });
});
