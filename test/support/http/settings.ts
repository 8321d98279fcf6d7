interface Pbx {
  url: string;
  username: string;
  secret: string;
}

/** The route of the contract, two keys for it and one for another. */
export const settingsFor = ({ url, username, secret }: Pbx, channel = 'PJSIP/{agent}') => ({
  'pbx/main/url': url,
  'pbx/main/username': username,
  'pbx/main/secret': secret,
  'routes/default': {
    channel,
    context: 'OUT_EXT2',
    agents: '^3[0-9]{3}$',
    to: { country: 'RU', allow: ['+7'], deny: ['+7940'], dialAs: '8{national}', extensions: '^33[0-9]{2}$' },
    callerIds: ['^3[0-9]{3}$'],
    variables: ['CRM_ID'],
    classic: { c: ['OUT_EXT2'], p: ['1'] },
  },
  'routes/night': {
    channel,
    context: 'OUT_EXT2',
    to: { allow: ['+7'] },
    hours: { timezone: 'UTC', days: [((new Date().getUTCDay() + 2) % 7) + 1], from: '00:00', to: '00:01' },
  },
  'keys/web': { secret: SECRET, routes: ['default', 'night'], origins: ['https://www.example.com'] },
  'keys/legacy': { secret: LEGACY_SECRET, routes: ['default'], inUrl: true },
  'keys/office': {
    secret: OFFICE_SECRET,
    from: ['198.51.100.0/24'],
    origins: ['https://office.example.com'],
  },
  'keys/elsewhere': { secret: ELSEWHERE_SECRET, routes: ['night'] },
  'keys/crm': { principal: 'arn:aws:iam::123456789012:role/crm', routes: ['default'] },
});

/** The fixtures carry it. */
export const SECRET = 'fixture-secret-0123456789';
export const LEGACY_SECRET = 'legacy-secret-0123456789';
export const OFFICE_SECRET = 'office-secret-0123456789';
export const ELSEWHERE_SECRET = 'elsewhere-secret-0123456789';
export const bearer = { authorization: `Bearer web.${SECRET}` };
export const json = { ...bearer, 'content-type': 'application/json' };
