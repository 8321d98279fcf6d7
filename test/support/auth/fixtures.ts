import { authenticate } from '../../../lib/auth/authenticate.ts';
import type { AccessRequest, Keys } from '../../../lib/auth/credentials.ts';
import { CallbackError } from '../../../lib/problems/callback-error.ts';
import type { KeySettings } from '../../../lib/settings/settings.ts';

export const NOW = 1_800_000_000;

export const key = (settings: Partial<KeySettings> = {}): KeySettings => ({
  scopes: ['place', 'read', 'control'],
  inUrl: false,
  from: [],
  origins: [],
  ...settings,
});

export const SECRET = 'correct-horse-battery-staple';

export const keys: Keys = {
  web: key({ secret: SECRET }),
  old: key({ secret: 'an-old-system-knows-this', inUrl: true }),
  office: key({ secret: 'only-from-the-office', from: ['203.0.113.0/24', '2001:db8::/32'] }),
  crm: key({ principal: 'arn:aws:iam::123456789012:role/team/crm' }),
};

export const request = (parts: Partial<AccessRequest> = {}): AccessRequest => ({
  method: 'GET',
  path: '/callback',
  query: [],
  headers: {},
  ...parts,
});

export const withBearer = (credential: string, parts: Partial<AccessRequest> = {}): AccessRequest =>
  request({ headers: { authorization: `Bearer ${credential}` }, ...parts });

/** Returns the key that `authenticate` finds, or the problem that it throws. */
export function accessOf(...args: Parameters<typeof authenticate>) {
  try {
    return { ok: true as const, ...authenticate(...args) };
  } catch (error) {
    if (!(error instanceof CallbackError)) throw error;
    return { ok: false as const, code: error.code, message: error.message };
  }
}
