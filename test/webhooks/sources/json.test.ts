import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isVerified, read, requestOf } from '../../support/webhooks/reading.ts';
import { SECRETS } from '../../support/webhooks/settings.ts';

const NOW = 1_763_900_000;
const BODY = '{"phone":"+74951234500","event":"e-17"}';

const hmac = (text: string, secret: string = SECRETS.json) =>
  createHmac('sha256', secret).update(text).digest('hex');
const signed = (time: number | string, body = BODY, secret?: string) =>
  `t=${time},v1=${hmac(`${time}.${body}`, secret)}`;

const post = (headers: Record<string, string>, body = BODY) => ({
  method: 'POST',
  url: '/webhooks/json',
  headers: { 'content-type': 'application/json', ...headers },
  body,
});

const accepts = (headers: Record<string, string>, now = NOW, changes: Record<string, unknown> = {}) =>
  isVerified('json', requestOf(post(headers)), { now, changes });

describe('The source json', () => {
  // $ printf '%s' '1763900000.{"phone":"+74951234500","event":"e-17"}' | openssl dgst -sha256 -hmac json-secret-0123456789
  const FROM_OPENSSL = 'cb627ee8be29869d1056a4908d3545c25668dfce8b27f1cb9e89eb2a10176a86';

  it('accepts the signature with a time that openssl makes', () => {
    expect(accepts({ 'x-signature': `t=${NOW},v1=${FROM_OPENSSL}` })).toBe(true);
  });

  it.each(['x-signature', 'x-signature-256'])('accepts a signature with a time in %s for 300 s', (header) => {
    for (const [seconds, accepted] of [
      [-301, false],
      [-300, true],
      [0, true],
      [300, true],
      [301, false],
    ] as const)
      expect(accepts({ [header]: signed(NOW) }, NOW + seconds)).toBe(accepted);
  });

  it('accepts either of two signatures while the sender rotates its secret, and either secret of the settings', () => {
    const other = 'other-secret-0123456789';
    const two = `${signed(NOW, BODY, other)},v1=${hmac(`${NOW}.${BODY}`)}`;
    expect(accepts({ 'x-signature': two })).toBe(true);
    expect(accepts({ 'x-signature': two.replace(/,(?=v1)/g, ', ') })).toBe(true);
    expect(accepts({ 'x-signature': signed(NOW, BODY, other) }, NOW, { secret: [SECRETS.json, other] })).toBe(
      true,
    );
  });

  it.each<[string, string]>([
    ['another time than the signed one', signed(NOW).replace(`t=${NOW}`, `t=${NOW + 1}`)],
    ['two times', `t=${NOW - 1000},${signed(NOW)}`],
    ['a second time', `${signed(NOW)},t=${NOW + 1}`.replace(`t=${NOW},`, `t=${NOW - 9999},`)],
    ['the time after the signature', signed(NOW).split(',').toReversed().join(',')],
    ['no time', `v1=${hmac(`${NOW}.${BODY}`)}`],
    ['no signature', `t=${NOW}`],
    ['a fraction of a second', signed(`${NOW}.5`)],
    ['a time in milliseconds', signed(NOW * 1000)],
    ['a signature of the body alone', `t=${NOW},v1=${hmac(BODY)}`],
    ['a signature of another body', signed(NOW, `${BODY} `)],
    ['a signature with another secret', signed(NOW, BODY, 'other-secret-0123456789')],
    ['another kind of signature', signed(NOW).replace('v1=', 'v0=')],
    ['a signature in capitals', signed(NOW).replace(/v1=.*/, (text) => `v1=${text.slice(3).toUpperCase()}`)],
    ['an empty signature', `t=${NOW},v1=`],
    ['nothing', ''],
  ])('refuses %s', (_, signature) => {
    expect(accepts({ 'x-signature': signature })).toBe(false);
  });

  it('refuses two proofs, even if each is right', () => {
    const proofs = {
      'x-signature': signed(NOW),
      'x-signature-256': `sha256=${hmac(BODY)}`,
      authorization: `Bearer ${SECRETS.json}`,
    };
    for (const one of Object.entries(proofs)) {
      expect(accepts(Object.fromEntries([one]))).toBe(true);
      for (const another of Object.entries(proofs))
        if (one[0] !== another[0]) expect(accepts(Object.fromEntries([one, another]))).toBe(false);
    }
  });

  const now = Math.floor(Date.now() / 1000);
  const MAP = { to: 'phone', agent: '"3200"' };
  const callOf = (headers: Record<string, string>, map: Record<string, string> = MAP) =>
    read(post(headers), 'json', { map, agents: undefined });

  it('gives every copy of a request that is signed with a time the same key for a day', async () => {
    const call = await callOf({ 'x-signature': signed(now) });
    expect(await callOf({ 'x-signature': signed(now) })).toEqual(call);
    expect(call).not.toHaveProperty('keySeconds');
    expect((await callOf({ 'x-signature': signed(now - 1) }))?.key).not.toBe(call?.key);
  });

  it('refuses an Idempotency-Key that the signature does not cover', async () => {
    const headers = { 'x-signature': signed(now), 'idempotency-key': 'e-17' };
    await expect(callOf(headers)).rejects.toMatchObject({
      code: 'request-invalid',
      message: expect.stringContaining('map.key'),
    });
    expect(await callOf(headers, { ...MAP, key: 'event' })).toMatchObject({ key: 'e-17' });
  });

  it('takes Idempotency-Key as the key of a request without a signed time', async () => {
    const bearer = { authorization: `Bearer ${SECRETS.json}`, 'idempotency-key': 'e-17' };
    expect(await callOf(bearer)).toMatchObject({ key: 'e-17' });
    const signature = { 'x-signature-256': `sha256=${hmac(BODY)}`, 'idempotency-key': 'e-17' };
    expect(await callOf(signature)).toMatchObject({ key: 'e-17' });
  });
});
