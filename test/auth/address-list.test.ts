import { describe, expect, it } from 'vitest';
import { mayComeFrom } from '../../lib/auth/address-list.ts';
import type { AccessRequest } from '../../lib/auth/credentials.ts';
import { signLink } from '../../lib/auth/signed-link.ts';
import { accessOf, key, keys, NOW, request, SECRET, withBearer } from '../support/auth/fixtures.ts';

describe('the address list of a key', () => {
  it.each([
    [['203.0.113.0/24'], '203.0.113.7', true],
    [['203.0.113.0/24'], '203.0.114.7', false],
    [['203.0.113.0/24'], '::ffff:203.0.113.7', true],
    [['203.0.113.0/24'], '::ffff:cb00:7107', true],
    [['203.0.113.0/24'], '::ffff:203.0.114.7', false],
    [['::ffff:203.0.113.0/120'], '203.0.113.7', true],
    [['::ffff:203.0.113.0/120'], '203.0.114.7', false],
    [['2001:db8::/32'], '2001:db8::1', true],
    [['2001:db8::/32'], '2001:DB8:0:0:0:0:0:1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['198.51.100.0/24', '203.0.113.7/32'], '203.0.113.7', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['::/0'], '203.0.113.7', false],
    [['203.0.113.0/24'], undefined, false],
    [['203.0.113.0/24'], '', false],
    [['203.0.113.0/24'], '203.0.113.7, 10.0.0.1', false],
    [['203.0.113.0/24'], '203.0.113.007', false],
    [['127.0.0.0/8'], '127.1', false],
    [['127.0.0.0/8'], '0x7f000001', false],
    [['127.0.0.0/8'], '2130706433', false],
    [['fe80::/10'], 'fe80::1%eth0', false],
    [['no block'], '203.0.113.7', false],
    [[], undefined, true],
    [[], '203.0.113.7', true],
  ])('%j allows %s: %s', (blocks, sourceIp, expected) => {
    expect(mayComeFrom(blocks, sourceIp)).toBe(expected);
  });

  const from = ['203.0.113.0/24'];
  const [principal, credential] = ['arn:aws:iam::123456789012:role/crm', `office.${SECRET}`];
  const link = signLink({
    ...{ method: 'GET', path: '/callback', query: [['num', '84951234567']] },
    ...{ keyId: 'office', secret: SECRET, expiresAt: NOW + 60 },
  });

  it.each<[string, AccessRequest]>([
    ['a bearer key', withBearer(credential)],
    ['a signed link', request({ query: [...new URLSearchParams(link)] })],
    ['a token in the URL', request({ query: [['token', credential]] })],
    ['an IAM principal', request({ principal })],
  ])('applies to %s', (_, asked) => {
    const known = { office: key({ secret: SECRET, inUrl: true, from }), crm: key({ principal, from }) };
    expect(accessOf({ ...asked, sourceIp: '203.0.113.7' }, known, NOW)).toMatchObject({ ok: true });
    for (const sourceIp of ['192.0.2.1', '', undefined]) {
      expect(accessOf({ ...asked, sourceIp }, known, NOW)).toMatchObject({
        ok: false,
        code: 'source-not-allowed',
      });
    }
  });

  it('is checked only after the secret proved right', () => {
    const told = (bearer: string, sourceIp: string) => {
      const access = accessOf(withBearer(bearer, { sourceIp }), keys, NOW);
      return access.ok || access.code;
    };
    expect(told('office.only-from-the-office', '203.0.113.7')).toBe(true);
    expect(told('office.only-from-the-office', '192.0.2.1')).toBe('source-not-allowed');
    expect(told('office.wrong', '192.0.2.1')).toBe('credentials-invalid');
  });
});
