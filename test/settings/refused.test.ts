import { describe, expect, it } from 'vitest';
import { PATH, refusal, routeWith, settingsWith } from '../support/settings/fixtures.ts';

type Case = [says: string, changes: Record<string, unknown>, parameter: string, cure: RegExp];

const route = (changes: Record<string, unknown>) => ({ 'routes/default': routeWith(changes) });
const hours = (changes: Record<string, unknown>) =>
  route({ hours: { timezone: 'Europe/Moscow', days: [1], from: '09:00', to: '20:00', ...changes } });
const week = (days: Record<string, unknown>, changes: Record<string, unknown> = {}) =>
  route({ hours: { timezone: 'Europe/Berlin', week: days, ...changes } });
const key = (changes: Record<string, unknown>) => ({
  'keys/web': { secret: 'web-secret-0123456789', ...changes },
});
const webhook = (changes: Record<string, unknown>) => ({
  'webhooks/crm': { source: 'hubspot', secret: 'hook-secret-0123456789', ...changes },
});

const CASES: Case[] = [
  // limits and scopes
  ['limits that are a number', { limits: 500 }, 'limits', /must be an object such as \{"perHour": 100/],
  ['limits that are no JSON', { limits: '{perDay: 5}' }, 'limits', /is not valid JSON/],
  [
    'limits without a limit',
    { limits: { timezone: 'UTC' } },
    'limits',
    /at least one limit, such as \{"perDay"/,
  ],
  [
    'a limit of zero',
    { limits: { perDay: 0 } },
    'limits',
    /"perDay" must be an integer from 1 .*leave it out/,
  ],
  [
    'a limit with a fraction',
    key({ limits: { perHour: 1.5 } }),
    'keys/web',
    /"limits\.perHour" must be an integer/,
  ],
  [
    'a limit as text',
    route({ limits: { perDay: '5' } }),
    'routes/default',
    /"limits\.perDay" must be an integer/,
  ],
  [
    'an unknown limit',
    { limits: { perDay: 5, perWeek: 5 } },
    'limits',
    /unknown field "perWeek".*known are perMinute/,
  ],
  [
    'a limit that is reserved',
    { limits: { perAddressPerHour: 5 } },
    'limits',
    /"perAddressPerHour" is reserved for a kind of key that does not exist yet: leave it out/,
  ],
  ['limits in an unknown time zone', { limits: { perDay: 5, timezone: 'Mars' } }, 'limits', /time zone/],
  [
    'limits with a name',
    { 'limits/web': { perDay: 5 } },
    'limits/web',
    /is too deep: write all of it into limits/,
  ],
  ['a misspelled parameter without a group', { limit: { perDay: 5 } }, 'limit', /did you mean limits\?/],
  [
    'a short do-not-call secret',
    { doNotCallSecret: 'short' },
    'doNotCallSecret',
    /at least 16 .*openssl rand/,
  ],
  [
    'an unknown scope',
    key({ scopes: ['write'] }),
    'keys/web',
    /"scopes\[0\]" must be one of "place", "read"/,
  ],
  ['no scope', key({ scopes: [] }), 'keys/web', /"scopes" must not be empty: write a list of scopes/],

  // PBX
  [
    'a missing url',
    { 'pbx/main/url': undefined },
    'pbx/main/url',
    /is missing: it must be the address of Asterisk's HTTP server.*such as "https:\/\/pbx\.example\.com:8089"/,
  ],
  [
    'a missing secret',
    { 'pbx/main/secret': undefined },
    'pbx/main/secret',
    /is missing: it must be the secret of the AMI user/,
  ],
  [
    'a url without a scheme',
    { 'pbx/main/url': 'pbx.example.com:8089' },
    'pbx/main/url',
    /such as "https:\/\/pbx\.example\.com:8089"/,
  ],
  [
    'a url with credentials',
    { 'pbx/main/url': 'https://a:b@pbx.example.com' },
    'pbx/main/url',
    /no credentials/,
  ],
  ['a url with a query', { 'pbx/main/url': 'https://pbx.example.com/?a=b' }, 'pbx/main/url', /no query/],
  [
    'a url with /rawman',
    { 'pbx/main/url': 'https://pbx.example.com/asterisk/rawman' },
    'pbx/main/url',
    /end before \/rawman/,
  ],
  [
    'a username with a line feed inside',
    { 'pbx/main/username': 'a\r\nAction: Originate' },
    'pbx/main/username',
    /without control characters/,
  ],
  [
    'a secret with a line break, as echo adds one',
    { 'pbx/main/secret': 'abc\n' },
    'pbx/main/secret',
    /ends with a line break/,
  ],
  ['a username with blanks', { 'pbx/main/username': ' callback' }, 'pbx/main/username', /without blanks/],
  [
    'a secret that is no text',
    { 'pbx/main/secret': 12345 },
    'pbx/main/secret',
    /must be the secret of the AMI user/,
  ],
  ['a ca that is no certificate', { 'pbx/main/ca': '/etc/ssl/ca.pem' }, 'pbx/main/ca', /BEGIN CERTIFICATE/],
  [
    'a ca that is a private key',
    { 'pbx/main/ca': '-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----' },
    'pbx/main/ca',
    /private key\. Make a new private key/,
  ],
  [
    'a typo in the name of a parameter',
    { 'pbx/main/user': 'x' },
    'pbx/main/user',
    /did you mean pbx\/main\/username\?/,
  ],
  [
    'an unknown field of a PBX',
    { 'pbx/main/port': '8089' },
    'pbx/main/port',
    /pbx\/main\/url, pbx\/main\/username/,
  ],
  [
    'a name with a dot',
    { 'keys/web.site': { secret: '0123456789abcdef' } },
    'keys/web.site',
    /letters, digits, "_" and "-"/,
  ],
  ['an unknown group', { 'route/sales': routeWith({}) }, 'route/sales', /did you mean routes\/sales\?/],
  [
    'a route in pieces',
    { 'routes/sales/channel': 'PJSIP/{agent}' },
    'routes/sales/channel',
    /as JSON into routes\/sales/,
  ],
  [
    'a path in a settings file',
    { '/asterisk-callback/dev/routes/x': '{}' },
    '/asterisk-callback/dev/routes/x',
    /without the path/,
  ],
  // routes
  [
    'no route',
    { 'routes/default': undefined },
    'routes/default',
    /is missing: it must say which numbers may be called/,
  ],
  [
    'bad JSON',
    { 'routes/default': '{"channel": PJSIP}' },
    'routes/default',
    /not valid JSON.*one object with quoted names/,
  ],
  [
    'JSON that is no object',
    { 'routes/default': '["PJSIP"]' },
    'routes/default',
    /must be an object such as/,
  ],
  [
    'an unknown field',
    route({ chanel: 'x' }),
    'routes/default',
    /unknown field "chanel" \(did you mean "channel"\?\)/,
  ],
  [
    'an unknown field of an object inside',
    route({ to: { allow: ['+7'], prefixes: [] } }),
    'routes/default',
    /"to" holds the unknown field "prefixes"; known are country, allow/,
  ],
  [
    '__proto__ as a field',
    {
      'routes/default':
        '{"__proto__": {}, "channel": "PJSIP/{agent}", "context": "x", "to": {"allow": ["+7"]}}',
    },
    'routes/default',
    /unknown field "__proto__"/,
  ],
  [
    'a wrong type',
    route({ timeoutSeconds: '30' }),
    'routes/default',
    /"timeoutSeconds" must be a number of seconds from 5 to 120; found "30"/,
  ],
  ['a timeout out of bounds', route({ timeoutSeconds: 4 }), 'routes/default', /from 5 to 120; found 4/],
  [
    'no channel',
    route({ channel: undefined }),
    'routes/default',
    /"channel" is missing: it must be a channel such as/,
  ],
  ['no context', route({ context: undefined }), 'routes/default', /"context" is missing/],
  [
    'a channel without technology',
    route({ channel: '{agent}' }),
    'routes/default',
    /such as "PJSIP\/\{agent\}"/,
  ],
  ['two channels', route({ channel: 'PJSIP/{agent}&PJSIP/boss' }), 'routes/default', /without "&"/],
  [
    'a channel with a line feed',
    route({ channel: 'PJSIP/{agent}\nX: 1' }),
    'routes/default',
    /without control characters/,
  ],
  [
    'an unknown placeholder',
    route({ channel: 'PJSIP/{extension}' }),
    'routes/default',
    /no other placeholder than \{agent\}, \{to\}/,
  ],
  [
    'a channel without the agent',
    route({ channel: 'PJSIP/3200' }),
    'routes/default',
    /must hold \{agent\}.*Or fix the agent with "agent"/,
  ],
  ['a channel without the customer', route({ first: 'customer' }), 'routes/default', /must hold \{to\}/],
  [
    'a channel of the customer, agent first',
    route({ channel: 'PJSIP/{to}@trunk' }),
    'routes/default',
    /"channel" must hold \{agent\} and not \{to\}.*"PJSIP\/\{agent\}".*"first": "customer"/,
  ],
  [
    'a channel of both, agent first',
    route({ channel: 'Local/{agent}-{to}@phones' }),
    'routes/default',
    /must hold \{agent\} and not \{to\}/,
  ],
  [
    'a channel of the customer with a fixed agent',
    route({ agent: '3200', channel: 'PJSIP/{to}@trunk' }),
    'routes/default',
    /must hold \{agent\} and not \{to\}/,
  ],
  [
    'a channel of both, customer first',
    route({ first: 'customer', channel: 'Local/{agent}-{to}@phones' }),
    'routes/default',
    /"channel" must hold \{to\} and not \{agent\}.*"PJSIP\/\{to\}@trunk"/,
  ],
  [
    'an extension of the customer, customer first',
    route({ first: 'customer', channel: 'PJSIP/{to}@trunk', exten: '{to}' }),
    'routes/default',
    /"exten" must not hold \{to\}.*Leave "exten" out\. The default is then \{agent\}/,
  ],
  [
    'first that is neither',
    route({ first: 'client' }),
    'routes/default',
    /must be "agent" or "customer"; found "client"/,
  ],
  [
    'a pattern that does not compile',
    route({ agents: '^[0-9' }),
    'routes/default',
    /regular expression that compiles/,
  ],
  [
    'a callerIds pattern that does not compile',
    route({ callerIds: ['('] }),
    'routes/default',
    /"callerIds\[0\]" must be a pattern/,
  ],
  [
    'an unknown pbx',
    route({ pbx: ['mian'] }),
    'routes/default',
    /pbx\/mian, which does not exist \(did you mean "main"\?\).*or put pbx\/mian\/url/,
  ],
  ['an empty list of pbx', route({ pbx: [] }), 'routes/default', /must not be empty/],
  [
    'no destinations',
    route({ to: undefined }),
    'routes/default',
    /"to" is missing: it must allow numbers\. .*"allow": \["\+7"\]/,
  ],
  ['a country without allow', route({ to: { country: 'RU' } }), 'routes/default', /"to" must allow numbers/],
  [
    'a prefix without plus',
    route({ to: { allow: ['7495'] } }),
    'routes/default',
    /"to.allow\[0\]" must be "\+" and digits, such as "\+7"; found "7495"/,
  ],
  [
    'a prefix both allowed and denied',
    route({ to: { allow: ['+7'], deny: ['+7'] } }),
    'routes/default',
    /"to.deny" must not hold \+7/,
  ],
  [
    'a country in small letters',
    route({ to: { country: 'ru', allow: ['+7'] } }),
    'routes/default',
    /in capitals, such as "RU" or "GB"; found "ru"/,
  ],
  [
    'dialAs without a placeholder',
    route({ to: { allow: ['+7'], dialAs: '112' } }),
    'routes/default',
    /must hold \{e164\}, \{digits\}, \{national\} or \{domestic\}/,
  ],
  [
    'a country that is not in ISO 3166',
    route({ to: { country: 'UK', allow: ['+44'] } }),
    'routes/default',
    /such as "RU" or "GB"; found "UK"/,
  ],
  ...['8-{e164}', '8_{e164}', 'a{e164}', '8.{e164}', '8 {e164}', '{e164}&9', '{e164},9'].map(
    (dialAs): Case => [
      `dialAs ${dialAs}, which is more than digits`,
      route({ to: { allow: ['+7'], dialAs } }),
      'routes/default',
      /"to.dialAs" must be made of digits, "\+", "\*", "#"/,
    ],
  ),
  [
    '{national} without a country',
    route({ to: { allow: ['+7'], dialAs: '8{national}' } }),
    'routes/default',
    /"to.dialAs" must hold \{e164\} or \{digits\}: \{national\} needs a "country"/,
  ],
  [
    'a variable that is a function',
    route({ variables: ['CALLERID(num)'] }),
    'routes/default',
    /name of a channel variable/,
  ],
  [
    'a function with a pattern',
    route({ variables: { 'CALLERID(num)': '.*' } }),
    'routes/default',
    /"variables.CALLERID\(num\)" must be the name of a channel variable/,
  ],
  [
    'a pattern of a variable that does not compile',
    route({ variables: { A: '(' } }),
    'routes/default',
    /"variables.A" must be a pattern.*that compiles/,
  ],
  [
    'variables that are neither a list nor an object',
    route({ variables: 'CRM_ID' }),
    'routes/default',
    /"variables" must be a list of names such as \["CRM_ID"\], or an object/,
  ],
  [
    'a function in "set"',
    route({ set: { 'SHELL(id)': 'x' } }),
    'routes/default',
    /"set.SHELL\(id\)" must be the name of a channel variable/,
  ],
  [
    'a reserved variable in "set"',
    route({ set: { __CALLBACK_ID: 'x' } }),
    'routes/default',
    /names that begin with CALLBACK_ are reserved/,
  ],
  [
    'a variable __proto__ in "set"',
    route({ set: JSON.parse('{"__proto__": "x"}') }),
    'routes/default',
    /"set.__proto__" must have another name/,
  ],
  [
    'a variable __proto__ with a pattern',
    route({ variables: JSON.parse('{"__proto__": "^x$"}') }),
    'routes/default',
    /"variables.__proto__" must have another name/,
  ],
  [
    'a variable __proto__ in a list',
    route({ variables: ['__proto__'] }),
    'routes/default',
    /must be the name of a channel variable/,
  ],
  [
    'a line break in a value of "set"',
    route({ set: { A: 'x\r\nAction: Command' } }),
    'routes/default',
    /"set.A" must be a value.*without control characters/,
  ],
  [
    'a value of "set" that is too long',
    route({ set: { A: 'x'.repeat(1025) } }),
    'routes/default',
    /"set.A" must be a value of at most 1024 characters/,
  ],
  [
    '33 variables in "set"',
    route({ set: Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`V${index}`, 'x'])) }),
    'routes/default',
    /"set" must hold at most 32 variables/,
  ],
  [
    'a variable in "set" that requests may set too',
    route({ set: { __TENANT: 'a' }, variables: ['TENANT'] }),
    'routes/default',
    /"set" must not set TENANT, which "variables" lets requests set/,
  ],
  [
    'a variable that is twice in "set"',
    route({ set: { __TENANT: 'a', TENANT: 'b' } }),
    'routes/default',
    /"set" must set TENANT once/,
  ],
  [
    'a whole country in "alsoValid"',
    route({ to: { allow: ['+1'], alsoValid: ['+1'] } }),
    'routes/default',
    /"to.alsoValid\[0\]" must be "\+" and at least four digits/,
  ],
  [
    '{domestic} without a country',
    route({ to: { allow: ['+7'], dialAs: '9{domestic}' } }),
    'routes/default',
    /\{domestic\} needs a "country"/,
  ],
  [
    'an unknown time zone',
    hours({ timezone: 'Moscow' }),
    'routes/default',
    /"hours.timezone" must be a time zone of the IANA list/,
  ],
  ['Sunday as 0', hours({ days: [0] }), 'routes/default', /1 \(Monday\) to 7 \(Sunday\); found 0/],
  ['a time without a zero', hours({ from: '9:00' }), 'routes/default', /such as "09:00"; found "9:00"/],
  [
    'hours with equal "from" and "to"',
    hours({ from: '09:00', to: '09:00' }),
    'routes/default',
    /"hours.to" must differ from "from"; a whole day is "00:00" to "24:00"/,
  ],
  [
    'hours without days and without a week',
    route({ hours: { timezone: 'UTC', from: '09:00', to: '20:00' } }),
    'routes/default',
    /"hours.days" is missing: it must be given, unless "week" has the opening times/,
  ],
  [
    'a week that never opens',
    week({ mon: [] }, { closed: ['2026-12-25'], open: { '2026-12-24': [] } }),
    'routes/default',
    /"hours.week" never opens: give at least one day opening times, such as "mon": \["09:00-18:00"\]/,
  ],
  [
    'a week beside days',
    week({ mon: ['09:00-18:00'] }, { days: [1] }),
    'routes/default',
    /"hours.days" must be left out, because "week" has the opening times/,
  ],
  [
    'a day of the week in full',
    week({ monday: ['09:00-18:00'], tue: ['09:00-18:00'] }),
    'routes/default',
    /"hours.week" holds the unknown field "monday" \(did you mean "mon"\?\); known are mon, tue/,
  ],
  [
    'opening times with equal ends',
    week({ mon: ['09:00-09:00'] }),
    'routes/default',
    /"hours.week.mon\[0\]" must have two different times; a whole day is "00:00" to "24:00"/,
  ],
  [
    'an opening time without a zero',
    week({ mon: ['9:00-18:00'] }),
    'routes/default',
    /"hours.week.mon\[0\]" must be opening times such as "09:00-13:00".*found "9:00-18:00"/,
  ],
  [
    'opening times that are no list',
    week({ mon: '09:00-18:00' }),
    'routes/default',
    /"hours.week.mon" must be a list of opening times such as "09:00-13:00"; found "09:00-18:00"/,
  ],
  [
    'a holiday that is no date',
    week({ mon: ['09:00-18:00'] }, { closed: ['2026-02-30'] }),
    'routes/default',
    /"hours.closed\[0\]" must be a date such as "2026-12-25"; found "2026-02-30"/,
  ],
  [
    'an open day that is no date',
    week({ mon: ['09:00-18:00'] }, { open: { '24.12.2026': ['09:00-12:00'] } }),
    'routes/default',
    /"hours.open.24.12.2026" must be a date such as "2026-12-25"/,
  ],
  [
    'a date that is closed and open',
    week({ mon: ['09:00-18:00'] }, { closed: ['2026-12-24'], open: { '2026-12-24': ['09:00-12:00'] } }),
    'routes/default',
    /"hours.closed" must not hold 2026-12-24, because "open" has this date, too/,
  ],
  // keys and webhooks
  [
    'an empty secret',
    key({ secret: '' }),
    'keys/web',
    /visible ASCII characters.*24 random bytes.*it is empty/,
  ],
  ['a secret with a blank', key({ secret: 'a b' }), 'keys/web', /visible ASCII characters/],
  ['a secret with an umlaut', key({ secret: 'schlüssel' }), 'keys/web', /visible ASCII characters/],
  [
    'a key without secret or principal',
    { 'keys/web': { routes: ['default'] } },
    'keys/web',
    /exactly one of "secret" and "principal"/,
  ],
  ['a key with both', key({ principal: 'arn:aws:iam::123456789012:role/crm' }), 'keys/web', /exactly one of/],
  [
    'a principal that is no ARN',
    { 'keys/web': { principal: 'crm' } },
    'keys/web',
    /the ARN of an IAM principal, such as/,
  ],
  [
    'a principal in a URL',
    { 'keys/web': { principal: 'arn:aws:iam::123456789012:role/crm', inUrl: true } },
    'keys/web',
    /"inUrl" must be left out/,
  ],
  [
    'a route that does not exist',
    key({ routes: ['default', 'sales'] }),
    'keys/web',
    /"routes\[1\]" names a route that does not exist: there is routes\/default/,
  ],
  ['no route at all', key({ routes: [] }), 'keys/web', /must not be empty: write a list of routes/],
  [
    'an address instead of a CIDR block',
    key({ from: ['10.0.0.1'] }),
    'keys/web',
    /"from\[0\]" must be a CIDR block such as/,
  ],
  [
    'an origin with a path',
    key({ origins: ['https://www.example.com/'] }),
    'keys/web',
    /"origins\[0\]" must be a web origin/,
  ],
  ['bad JSON in a key', { 'keys/web': 'web-secret-0123456789' }, 'keys/web', /not valid JSON/],
  [
    'a webhook without source',
    webhook({ source: undefined }),
    'webhooks/crm',
    /"source" is missing: it must be/,
  ],
  ['an unknown source', webhook({ source: 'hubspott' }), 'webhooks/crm', /did you mean "hubspot"\?/],
  ['a webhook without secret', webhook({ secret: undefined }), 'webhooks/crm', /"secret" is missing/],
  [
    'an empty webhook secret',
    webhook({ secret: ['hook-secret-0123456789', ''] }),
    'webhooks/crm',
    /"secret\[1\]" must be a secret of visible ASCII characters.*it is empty/,
  ],
  [
    'a webhook to an unknown route',
    webhook({ route: 'defualt' }),
    'webhooks/crm',
    /"route" names a route that does not exist \(did you mean "default"\?\): there is routes\/default/,
  ],
  [
    'a typo in a webhook',
    webhook({ agent: {} }),
    'webhooks/crm',
    /an unknown field of 5 characters \(did you mean "agents"\?\)/,
  ],
  [
    'what another source has',
    webhook({ username: 'crm' }),
    'webhooks/crm',
    /an unknown field of 8 characters; known are source, secret,/,
  ],
  [
    'HTTP Basic without its user',
    webhook({ source: 'pipedrive' }),
    'webhooks/crm',
    /"username" is missing: it must be the user name for HTTP Basic/,
  ],
  [
    'nothing mapped',
    webhook({ source: 'json' }),
    'webhooks/crm',
    /"map" is missing: it must be an object of JSONata expressions/,
  ],
  [
    'no number mapped',
    webhook({ source: 'json', map: {} }),
    'webhooks/crm',
    /"map" must say where the number/,
  ],
  [
    'what cannot be mapped',
    webhook({ map: { wait: '1' } }),
    'webhooks/crm',
    /"map" may hold no other fields than to,/,
  ],
  [
    'a mapping that is no text',
    webhook({ map: { to: 1 } }),
    'webhooks/crm',
    /"map.to" must be a JSONata expression/,
  ],
  [
    'a user without a proper extension',
    webhook({ agents: { '17': '3200&PJSIP' } }),
    'webhooks/crm',
    /"agents.17" must be an extension/,
  ],
  ['an age in words', webhook({ maxAgeSeconds: '5m' }), 'webhooks/crm', /"maxAgeSeconds" must be a number/],
  ['a URL without TLS', webhook({ url: 'http://x.example' }), 'webhooks/crm', /"url" must be the URL that/],
  [
    'a secret that is no base64',
    webhook({ source: 'standard-webhooks', map: { to: 'to' }, secret: 'whsec_0123456789' }),
    'webhooks/crm',
    /"secret\[0\]" must be 24 to 64 bytes in base64/,
  ],
];

describe('parseSettings', () => {
  it.each(CASES)('refuses %s, and names the parameter and what it must be', (_, changes, parameter, cure) => {
    const error = refusal(settingsWith(changes));
    expect(error.code).toBe('SETTINGS_INVALID');
    expect(error.problems.map((problem) => problem.name)).toEqual([parameter]);
    expect(error.message).toMatch(cure);
    expect(error.message).toContain(`${PATH}/${parameter} `);
    expect(error.message).not.toContain('Invalid input');
  });
});

describe('a SettingsError', () => {
  it('lists all problems together', () => {
    const flat = settingsWith({
      'pbx/main/url': undefined,
      'pbx/main/user': 'x',
      ...route({ first: 'x', priority: '' }),
    });
    const error = refusal(flat);
    expect(error.problems.map(({ name }) => name)).toEqual([
      'pbx/main/user',
      'pbx/main/url',
      'routes/default',
      'routes/default',
    ]);
    expect(error.message).toMatch(/^4 problems in the settings:\n- /);
  });

  it('says how to begin when there are no settings at all', () => {
    const { problems, message } = refusal({});
    expect(problems).toEqual([{ name: '', message, kind: 'missing' }]);
    expect(message).toMatch(
      /^There are no settings under \/asterisk-callback\/dev\. .*check stage, region and account/,
    );
    expect(refusal({}, null).message).toBe('The settings are empty. Begin with a PBX, a route and a key');
  });

  it('says what kind each problem is, so that tools can add a command', () => {
    const flat = settingsWith({ 'pbx/main/url': undefined, 'keys/web': '{', ...route({ first: 'x' }) });
    expect(refusal(flat).problems.map(({ name, kind }) => [name, kind])).toEqual([
      ['pbx/main/url', 'missing'],
      ['routes/default', 'invalid'],
      ['keys/web', 'not-json'],
    ]);
  });

  it('holds no shell command, because functions log it', () => {
    for (const [, changes] of CASES)
      expect(refusal(settingsWith(changes)).message).not.toMatch(/aws ssm|npm run|npx |--overwrite/);
  });

  it('does not report a key when only the route that it names is invalid', () => {
    const flat = settingsWith({ ...route({ first: 'x' }), ...key({ routes: ['default'] }) });
    expect(refusal(flat).problems).toHaveLength(1);
  });

  it('reports two keys with the same principal', () => {
    const principal = 'arn:aws:iam::123456789012:role/crm';
    const error = refusal(settingsWith({ 'keys/a': { principal }, 'keys/b': { principal } }));
    expect(error.message).toMatch(/keys\/b "principal" is the same as that of keys\/a: make them one key/);
  });

  it('does not repeat for each route that there is no PBX', () => {
    const routes = { 'routes/default': routeWith({}), 'routes/sales': routeWith({}) };
    const { problems } = refusal(routes);
    expect(problems.map(({ name }) => name)).toEqual([
      'pbx/main/url',
      'pbx/main/username',
      'pbx/main/secret',
    ]);
  });

  it('names parameters without a path when there is none', () => {
    const { message } = refusal(settingsWith({ 'pbx/main/url': undefined }), null);
    expect(message).toMatch(/^pbx\/main\/url is missing: it must be/);
  });

  it('quotes at most 40 characters of a value', () => {
    const { message } = refusal(settingsWith(route({ first: 'x'.repeat(500) })));
    expect(message).toContain('x'.repeat(38));
    expect(message).not.toContain('x'.repeat(39));
  });
});
