import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { isSecureParameter } from '../../lib/settings/settings.ts';
import { refusal, settingsWith } from '../support/settings/fixtures.ts';

const SECRET = 'origin-secret-0123456789';
const PROOF = { secretHeader: 'x-origin-secret', secret: SECRET };
const parsed = (clientAddress: unknown) => parseSettings(settingsWith({ clientAddress })).clientAddress;

describe('clientAddress', () => {
  it('may be missing', () => {
    expect(parsed(undefined)).toBeUndefined();
  });

  it('takes a header with proxies or with a secret, as text, too', () => {
    const proxies = { header: 'x-forwarded-for', proxies: ['10.0.0.0/16'] };
    expect(parsed(proxies)).toEqual(proxies);
    expect(parsed(JSON.stringify(proxies))).toEqual(proxies);
    expect(parsed({ header: 'cloudfront-viewer-address', ...PROOF })).toEqual({
      header: 'cloudfront-viewer-address',
      secretHeader: 'x-origin-secret',
      secret: [SECRET],
    });
  });

  it('is a SecureString', () => {
    expect(isSecureParameter('clientAddress')).toBe(true);
  });

  it.each<[string, unknown, RegExp]>([
    ['without a proof', { header: 'x-real-ip' }, /either "proxies", or "secretHeader" and "secret"/],
    ['with two proofs', { header: 'x-real-ip', proxies: ['10.0.0.0/8'], ...PROOF }, /either "proxies", or/],
    [
      'with half a proof',
      { header: 'x-real-ip', secretHeader: 'x-a' },
      /both of "secretHeader" and "secret"/,
    ],
    ['without a proxy', { header: 'x-forwarded-for', proxies: [] }, /at least one CIDR block/],
    ['with a wrong block', { header: 'x-forwarded-for', proxies: ['10.0.0.1'] }, /CIDR block/],
    [
      'with a list that a secret cannot prove',
      { header: 'x-forwarded-for', ...PROOF },
      /header with one address/,
    ],
    ['with a header in capitals', { header: 'X-Real-IP', ...PROOF }, /in lower case/],
    ['with a short secret', { header: 'x-real-ip', secretHeader: 'x-a', secret: 'short' }, /16 to 256/],
  ])('is refused %s, without quoting it', (_what, clientAddress, said) => {
    const { message } = refusal(settingsWith({ clientAddress }));
    expect(message).toMatch(said);
    expect(message).toMatch(/clientAddress/);
    expect(message).not.toContain(SECRET);
  });
});
