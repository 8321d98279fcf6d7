import { getCountries } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { matchesWhole } from '../../lib/rules/pattern.ts';
import { isCountry } from '../../lib/settings/countries.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { DEFAULT_AGENTS } from '../../lib/settings/route-settings.ts';
import { MINIMAL, pbxOf, routeOf, routeWith, settingsWith } from '../support/settings/fixtures.ts';

const CONTRACT_ROUTE = {
  pbx: ['main', 'standby'],
  first: 'agent',
  channel: 'PJSIP/{agent}',
  context: 'OUT_EXT2',
  exten: '{to}',
  priority: '1',
  agents: '^3[0-9]{3}$',
  to: {
    country: 'RU',
    allow: ['+7'],
    deny: ['+7940'],
    premium: false,
    dialAs: '8{national}',
    extensions: '^[0-9]{4}$',
  },
  callerId: '{agent}',
  callerIds: ['^3[0-9]{3}$'],
  timeoutSeconds: 30,
  variables: ['CRM_ID'],
  classic: { c: ['OUT_EXT2'], p: ['1'] },
  hours: { timezone: 'Europe/Moscow', days: [1, 2, 3, 4, 5], from: '09:00', to: '20:00' },
};

const standby = {
  'pbx/standby/url': 'http://10.0.0.2:8088/prefix/',
  'pbx/standby/username': 'callback',
  'pbx/standby/secret': 'ami-secret-of-standby',
};

/** Routes whose agent the dialplan dials. */
const THROUGH_DIALPLAN = [
  routeWith({ channel: 'Local/{agent}@internal' }),
  routeWith({ first: 'customer', channel: 'PJSIP/{to}@trunk' }),
];

describe('parseSettings', () => {
  it('returns a full route unchanged', () => {
    const settings = parseSettings(
      settingsWith({ ...standby, 'routes/full': JSON.stringify(CONTRACT_ROUTE) }),
    );
    expect(settings.routes).toMatchObject({ full: CONTRACT_ROUTE });
    expect(pbxOf(MINIMAL)).toEqual({
      url: 'https://pbx.example.com:8089',
      username: 'callback',
      secret: 'ami-secret-of-main',
    });
  });

  it('gives a short route safe defaults', () => {
    expect(routeOf(MINIMAL)).toEqual({
      pbx: ['main'],
      first: 'agent',
      channel: 'PJSIP/{agent}',
      context: 'from-internal',
      exten: '{to}',
      priority: '1',
      second: 'dial',
      dtmf: 'play',
      agents: '^[0-9]{2,6}$',
      to: { allow: ['+7'], deny: [], premium: false, dialAs: '{e164}' },
      callerIds: [],
      timeoutSeconds: 30,
      variables: [],
    });
  });

  it.each([
    ...['112', '911', '999', '000', '110', '118', '119', '101', '102', '103', '104', '190', '995', '061'],
    ...['01', '02', '15', '17', '18', '1122', '10111', '18000', '1', '1234567', '3200a', ''],
    ...['0112', '00112', '9112', '9911', '8112', '9999', '0201', '116117', '118118', '11833'],
  ])(
    'does not accept %j as an agent that the dialplan dials: it may be an emergency or service number',
    (extension) => {
      for (const route of THROUGH_DIALPLAN) {
        const { agents = '' } = routeOf(settingsWith({ 'routes/default': route })) ?? {};
        expect(matchesWhole(agents, extension)).toBe(false);
      }
    },
  );

  it.each(['20', '201', '555', '1000', '1100', '1118', '3200', '9001', '9100', '70001', '115000', '123456'])(
    'accepts any other agent: %s',
    (extension) => {
      for (const route of [...THROUGH_DIALPLAN, routeWith({})]) {
        const { agents = '' } = routeOf(settingsWith({ 'routes/default': route })) ?? {};
        expect(matchesWhole(agents, extension)).toBe(true);
      }
      // The pattern that manager-conf writes.
      const written = routeOf(settingsWith({ 'routes/default': routeWith({ agents: DEFAULT_AGENTS }) }));
      expect(matchesWhole(written?.agents ?? '', extension)).toBe(true);
      expect(matchesWhole(written?.agents ?? '', '112')).toBe(false);
    },
  );

  it('lets the dialplan dial the agent when the customer is called first', () => {
    const route = routeWith({ first: 'customer', channel: 'PJSIP/{to}@trunk' });
    expect(routeOf(settingsWith({ 'routes/default': route }))?.exten).toBe('{agent}');
  });

  it('reads JSON text like objects', () => {
    const asText = Object.fromEntries(
      Object.entries(MINIMAL).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
    expect(parseSettings(asText)).toEqual(parseSettings(MINIMAL));
  });

  it('accepts one PBX as text, and a priority and the classic p as numbers', () => {
    const route = routeWith({ pbx: 'standby', priority: 1, classic: { c: 'OUT', p: [1, 's'] } });
    expect(routeOf(settingsWith({ ...standby, 'routes/default': route }))).toMatchObject({
      pbx: ['standby'],
      priority: '1',
      classic: { c: ['OUT'], p: ['1', 's'] },
    });
  });

  it('anchors the patterns of variables, and returns "set" unchanged', () => {
    const route = routeWith({
      variables: { DIAL_SECONDS: '^[0-9]{1,3}$', NOTE: 'a|b' },
      set: { SIPADDHEADER01: 'Alert-Info: info=auto', __TENANT: 'acme' },
    });
    expect(routeOf(settingsWith({ 'routes/default': route }))).toMatchObject({
      variables: { DIAL_SECONDS: '^[0-9]{1,3}$', NOTE: '^(?:a|b)$' },
      set: { SIPADDHEADER01: 'Alert-Info: info=auto', __TENANT: 'acme' },
    });
  });

  it('removes the slash at the end of a URL', () => {
    expect(pbxOf(settingsWith(standby), 'standby')?.url).toBe('http://10.0.0.2:8088/prefix');
  });

  it('accepts a channel without {agent} when the agent is fixed', () => {
    const route = routeWith({ agent: 'reception', channel: 'PJSIP/reception' });
    expect(routeOf(settingsWith({ 'routes/default': route }))?.agent).toBe('reception');
  });

  it('accepts a secret of a single character, which the tools warn about', () => {
    const { keys, webhooks } = parseSettings(
      settingsWith({ 'keys/web': { secret: 'x' }, 'webhooks/crm': { source: 'kommo', secret: 'y' } }),
    );
    expect(keys['web']?.secret).toBe('x');
    expect(webhooks['crm']?.secret).toEqual(['y']);
  });

  it('accepts a timeout with a fraction', () => {
    const route = routeWith({ timeoutSeconds: 7.5 });
    expect(routeOf(settingsWith({ 'routes/default': route }))?.timeoutSeconds).toBe(7.5);
  });

  it('returns keys with secrets and with principals', () => {
    const crm = {
      principal: 'arn:aws:iam::123456789012:role/crm',
      routes: ['default'],
      from: ['10.0.0.0/8', '2001:db8::/32'],
    };
    const web = {
      secret: '0123456789abcdef',
      inUrl: true,
      origins: ['https://www.example.com', 'http://localhost:3000'],
    };
    const { keys } = parseSettings(settingsWith({ 'keys/crm': crm, 'keys/web': web }));
    expect({ ...keys }).toEqual({
      crm: { ...crm, scopes: ['place', 'read', 'control'], inUrl: false, origins: [] },
      web: { ...web, scopes: ['place', 'read', 'control'], from: [] },
    });
  });

  it('accepts one secret of a webhook, or two during a rotation', () => {
    const webhook = { source: 'hubspot', route: 'default', agents: { '17': '3200' } };
    const one = { ...webhook, secret: '0123456789abcdef' };
    const two = { ...webhook, secret: ['0123456789abcdef', 'fedcba9876543210'], maxAgeSeconds: 60 };
    const { webhooks } = parseSettings(settingsWith({ 'webhooks/one': one, 'webhooks/two': two }));
    expect({ ...webhooks }).toEqual({ one: { ...one, secret: [one.secret], maxAgeSeconds: 300 }, two });
  });

  it('accepts a certificate as "ca"', () => {
    const ca = `-----BEGIN CERTIFICATE-----\n${'MIIBszCCAVmgAwIBAgIU'.repeat(8)}\n-----END CERTIFICATE-----\n`;
    expect(pbxOf(settingsWith({ 'pbx/main/ca': ca }))?.ca).toBe(ca);
  });

  it.each([
    ['22:00', '06:00'],
    ['00:00', '24:00'],
    ['20:00', '00:00'],
  ])('accepts hours from %s to %s', (from, to) => {
    const hours = { timezone: 'Europe/Moscow', days: [5, 6], from, to };
    expect(routeOf(settingsWith({ 'routes/default': routeWith({ hours }) }))?.hours).toEqual(hours);
  });

  it('accepts hours as a week with dates that differ', () => {
    const hours = {
      timezone: 'Europe/Berlin',
      week: { mon: ['09:00-13:00', '14:00-18:00'], fri: ['22:00-02:00'], sun: [] },
      closed: ['2026-12-25'],
      open: { '2026-12-24': ['09:00-12:00'] },
    };
    expect(routeOf(settingsWith({ 'routes/default': routeWith({ hours }) }))?.hours).toEqual(hours);
  });

  it('knows exactly the countries of the numbering plans', () => {
    const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
    const known = letters.flatMap((a) => letters.map((b) => a + b)).filter(isCountry);
    expect(known).toEqual(getCountries().toSorted());
  });

  it('returns records without inherited names', () => {
    const { pbx, routes, keys, webhooks } = parseSettings(MINIMAL);
    for (const record of [pbx, routes, keys, webhooks])
      for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty'])
        expect(record[name]).toBeUndefined();
  });

  it('accepts a route that is named __proto__', () => {
    const flat = JSON.parse(`{"routes/__proto__": ${JSON.stringify(MINIMAL['routes/default'])}}`);
    const { routes } = parseSettings({ ...MINIMAL, ...flat });
    expect(Object.keys(routes)).toEqual(['default', '__proto__']);
    expect(Object.getPrototypeOf(routes)).toBeNull();
  });

  it.each([
    ['^3[0-9]{3}$', '3200', true],
    ['3[0-9]{3}', '3200', true],
    ['3[0-9]{3}', '3200&PJSIP/boss', false],
    ['^32|33$', '32&PJSIP/boss', false],
    ['^32\\$', '32$', true],
    ['^32\\$', '32$&PJSIP/boss', false],
  ])('anchors "agents": %s on %s is %s', (agents, extension, matches) => {
    const route = routeOf(settingsWith({ 'routes/default': routeWith({ agents }) }));
    expect(new RegExp(route?.agents ?? '').test(extension)).toBe(matches);
  });
});
