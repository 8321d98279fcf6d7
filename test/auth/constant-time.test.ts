import { timingSafeEqual } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { signLink } from '../../lib/auth/signed-link.ts';
import { accessOf, keys, NOW, request, SECRET, withBearer } from '../support/auth/fixtures.ts';

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});

const compare = vi.mocked(timingSafeEqual);
beforeEach(() => {
  compare.mockClear();
});

const link = {
  method: 'GET',
  path: '/callback',
  query: [],
  keyId: 'web',
  secret: SECRET,
  expiresAt: NOW + 60,
};
const linked = (change: (query: string) => string) =>
  request({ query: Array.from(new URLSearchParams(change(signLink(link)))) });

describe('authenticate compares a secret in constant time', () => {
  it.each([
    ['a right secret', withBearer(`web.${SECRET}`), true],
    ['a wrong secret', withBearer('web.x'), false],
    ['the secret of another key', withBearer('web.an-old-system-knows-this'), false],
    ['an unknown key', withBearer(`nobody.${SECRET}`), false],
    ['a key without a secret', withBearer(`crm.${SECRET}`), false],
    ['a signed link', linked((query) => query), true],
    ['a forged link', linked((query) => query.replace(/sig=./, 'sig=_')), false],
    ['a link of an unknown key', linked((query) => query.replace('key=web', 'key=nobody')), false],
  ])('for %s', (_, asked, admitted) => {
    expect(accessOf(asked, keys, NOW).ok).toBe(admitted);
    expect(compare).toHaveBeenCalled();
    for (const [one, other] of compare.mock.calls) {
      expect(one.byteLength).toBeGreaterThanOrEqual(32);
      expect(other.byteLength).toBe(one.byteLength);
    }
  });
});
