import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signLink } from '../../lib/auth/signed-link.ts';
import { describeOnAsterisk, type Watcher, watchEvents } from '../support/asterisk/index.ts';
import {
  type Asked,
  type CallbackFunction,
  callbackFunctionOnSimulator,
  codeOf,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { allTold, type Listening, listenBefore, markedChannel } from '../support/http/listening.ts';
import {
  bearer,
  ELSEWHERE_SECRET,
  json,
  LEGACY_SECRET,
  OFFICE_SECRET,
  SECRET,
  settingsFor,
} from '../support/http/settings.ts';

type Case = [says: string, asked: Asked, code: string, status: number];

const ORDER = { to: '84951234500', agent: '3200' };
const post = (fields: unknown, headers: Record<string, string> = {}): Asked => ({
  method: 'POST',
  url: '/callbacks',
  headers: { ...json, ...headers },
  body: typeof fields === 'string' ? fields : JSON.stringify(fields),
});
const order = (fields: Record<string, unknown>): Asked => post({ ...ORDER, ...fields });
const form = (body: string): Asked => post(body, { 'content-type': 'application/x-www-form-urlencoded' });
const get = (query: string, headers: Record<string, string> = bearer): Asked => ({
  url: `/callback?${query}`,
  headers,
});
const withAuthorization = (authorization: string): Asked => post(ORDER, { authorization });

const CLASSIC = 'num=84951234500&cid=3200';
const now = Math.floor(Date.now() / 1000);
const link = (parts: Partial<Parameters<typeof signLink>[0]> = {}): string =>
  signLink({
    method: 'GET',
    path: '/callback',
    query: [
      ['num', '84951234500'],
      ['cid', '3200'],
    ],
    keyId: 'web',
    secret: SECRET,
    expiresAt: now + 600,
    ...parts,
  });
const signed = (change: (query: string) => string): Asked => get(change(link()), {});
const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

const lineBreaks = ['\r\n', '\n', '\r', '\0', '\x0b', '\x1b[2K', '\x7f', '\x85'];
const injected = lineBreaks.map((control) => `${control}Action: Originate${control}Channel: PJSIP/3200`);

const INJECTION: Case[] = [
  ...['to', 'agent', 'route', 'callerId', 'wait', 'dtmf'].flatMap((field): Case[] =>
    injected
      .slice(0, 4)
      .map((text) => [
        `${JSON.stringify(text.slice(0, 6))} in ${field}`,
        order({ [field]: `3200${text}` }),
        'request-invalid',
        400,
      ]),
  ),
  ...injected.map(
    (text): Case => [
      `${JSON.stringify(text.slice(0, 6))} in a variable`,
      order({ variables: { CRM_ID: text } }),
      'request-invalid',
      400,
    ],
  ),
  ...injected.map(
    (text): Case => [
      `${JSON.stringify(text.slice(0, 6))} in metadata`,
      order({ metadata: { a: text } }),
      'request-invalid',
      400,
    ],
  ),
  [
    'CRLF in the name of a variable',
    order({ variables: { 'CRM_ID\r\nChannel': 'x' } }),
    'request-invalid',
    400,
  ],
  ['CRLF in the name of metadata', order({ metadata: { 'a\r\nb': 'x' } }), 'request-invalid', 400],
  ['a lone surrogate', order({ metadata: { a: '\ud800' } }), 'request-invalid', 400],
  ['CRLF in the query', get('num=84951234500%0d%0aContext:%20x&cid=3200'), 'request-invalid', 400],
  ['CRLF in the query’s agent', get('num=84951234500&cid=3200%0D%0AVariable:%20A=1'), 'request-invalid', 400],
  ['double-encoded CRLF', get('num=84951234500%250d%250a&cid=3200'), 'number-invalid', 422],
  ['double-encoded CRLF for an agent', get('num=84951234500&cid=3200%250d%250a'), 'agent-not-allowed', 403],
  ['NUL in the query', get('num=84951234500%00&cid=3200'), 'request-invalid', 400],
  ['overlong UTF-8', get('num=84951234500%c0%8d%c0%8a&cid=3200'), 'request-malformed', 400],
  ['malformed percent-encoding', get('num=84951234500%&cid=3200'), 'request-malformed', 400],
  ['half a percent-encoding', get('num=84951234500&cid=3200%0'), 'request-malformed', 400],
  ['IIS-style encoding', get('num=84951234500%u000d&cid=3200'), 'request-malformed', 400],
  ['CRLF in c', get(`${CLASSIC}&c=OUT_EXT2%0d%0aApplication:%20System`), 'classic-not-allowed', 403],
  ['CRLF in p', get(`${CLASSIC}&p=1%0d%0aAsync:%20no`), 'classic-not-allowed', 403],
  ['CRLF in a form', form('to=84951234500%0d%0aExten:%20666&agent=3200'), 'request-invalid', 400],
];

const SMUGGLED = [
  'Channel',
  'Context',
  'Exten',
  'Application',
  'Data',
  'Variable',
  'Codecs',
  'Async',
  'ActionID',
  'EarlyMedia',
  'channel',
  'context',
  'application',
  'priority',
  'pbx',
  'first',
  'id',
];
const VALUES = [
  '3200&PJSIP/3201',
  '3200@OUT_EXT2',
  'Local/3201@phones',
  '3200/n',
  '3200,30,A(x)',
  '3200|30',
  '\u0024{SHELL(id)}',
  '3200 3201',
  '../3201',
  'PJSIP/3200',
  '*67',
  '3200;2',
  '3200-00000001',
];
const SMUGGLING: Case[] = [
  ...SMUGGLED.map(
    (field): Case => [`the field ${field}`, order({ [field]: 'PJSIP/3201' }), 'request-invalid', 400],
  ),
  ...['Channel', 'context', 'Application'].map(
    (field): Case => [`${field} in the query`, get(`${CLASSIC}&${field}=x`), 'request-invalid', 400],
  ),
  ...VALUES.map((agent): Case => [`the agent ${agent}`, order({ agent }), 'agent-not-allowed', 403]),
  ...VALUES.map(
    (callerId): Case => [`the caller id ${callerId}`, order({ callerId }), 'caller-id-not-allowed', 403],
  ),
  ['the name of a bank as caller id', order({ callerId: '"Bank" <3200>' }), 'caller-id-not-allowed', 403],
  ['another context in c', get(`${CLASSIC}&c=callbacks&p=1`), 'classic-not-allowed', 403],
  ['another priority', get(`${CLASSIC}&c=OUT_EXT2&p=2`), 'classic-not-allowed', 403],
  ['a function as a variable', order({ variables: { 'CALLERID(name)': 'x' } }), 'variable-not-allowed', 403],
  ['a shell as a variable', order({ variables: { 'SHELL(id)': 'x' } }), 'variable-not-allowed', 403],
  [
    'a header as a variable',
    order({ variables: { 'PJSIP_HEADER(add,X-A)': 'x' } }),
    'variable-not-allowed',
    403,
  ],
  ['an unlisted variable', order({ variables: { TRUNK: 'x' } }), 'variable-not-allowed', 403],
  ['a variable in other letters', order({ variables: { crm_id: 'x' } }), 'variable-not-allowed', 403],
  ['an inherited variable', order({ variables: { __CRM_ID: 'x' } }), 'variable-not-allowed', 403],
  ['two variables in one name', order({ variables: { 'CRM_ID=1,TRUNK': 'x' } }), 'variable-not-allowed', 403],
  ['a route of another key', order({ route: 'elsewhere' }), 'route-not-allowed', 403],
  ['a route of the prototype', order({ route: 'constructor' }), 'route-not-allowed', 403],
  ['a path as a route', order({ route: '../keys/web' }), 'route-not-allowed', 403],
  ['a route that is closed', order({ route: 'night', to: '+74951234500' }), 'outside-hours', 403],
];

const NUMBERS: [number: unknown, code: string, status: number][] = [
  ['+79401234567', 'destination-not-allowed', 403],
  ['89401234567', 'destination-not-allowed', 403],
  ['8 (940) 123-45-67', 'destination-not-allowed', 403],
  ['9401234567', 'destination-not-allowed', 403],
  ['0079401234567', 'number-invalid', 422],
  ['81079401234567', 'destination-not-allowed', 403],
  ['+7 8 940 123 45 67', 'destination-not-allowed', 403],
  ['88099001234', 'destination-not-allowed', 403],
  ['+881612345678', 'destination-not-allowed', 403],
  ['+380441234567', 'destination-not-allowed', 403],
  ['810442071234567', 'destination-not-allowed', 403],
  ['112', 'destination-not-allowed', 403],
  ['3200', 'destination-not-allowed', 403],
  ['\uff18\uff19\uff14\uff10\uff11\uff12\uff13\uff14\uff15\uff10\uff10', 'destination-not-allowed', 403],
  ['\u0668\u0669\u0664\u0660\u0661\u0662\u0663\u0664\u0665\u0660\u0660', 'destination-not-allowed', 403],
  ['8495123450O', 'number-invalid', 422],
  ['89401234567\u200b', 'destination-not-allowed', 403],
  ['\u202e84951234500', 'number-invalid', 422],
  ['8495123450\u0660', 'number-invalid', 422],
  ['84951234500,1', 'number-invalid', 422],
  ['84951234500w1', 'number-invalid', 422],
  ['84951234500&84951234501', 'number-invalid', 422],
  ['84951234500@customers', 'number-invalid', 422],
  ['84951234500;ext=1', 'number-invalid', 422],
  ['tel:84951234500;phone-context=+44', 'number-invalid', 422],
  ['sip:84951234500@evil.example.com', 'number-invalid', 422],
  ['1-800-FLOWERS', 'number-invalid', 422],
  ['++74951234500', 'number-invalid', 422],
  ['8e10', 'number-invalid', 422],
  ['0x13c7b2f44', 'number-invalid', 422],
  [' ', 'number-invalid', 422],
  ['', 'request-invalid', 400],
  ['9'.repeat(65), 'request-invalid', 400],
  [84951234500, 'request-invalid', 400],
  [null, 'request-invalid', 400],
  [['84951234500'], 'request-invalid', 400],
  [{ toString: '84951234500' }, 'request-invalid', 400],
  [true, 'request-invalid', 400],
];

const BODIES: Case[] = [
  ['no body', { ...post(''), body: '' }, 'request-malformed', 400],
  ['cut JSON', post('{"to":"84951234500"'), 'request-malformed', 400],
  ['JSON with a comment', post('{"to":"84951234500"/**/,"agent":"3200"}'), 'request-malformed', 400],
  ['two JSON values', post('{"to":"84951234500","agent":"3200"}{}'), 'request-malformed', 400],
  ['a list', post([ORDER]), 'request-malformed', 400],
  ['null', post('null'), 'request-malformed', 400],
  ['a string', post('"84951234500"'), 'request-malformed', 400],
  ['no UTF-8', { ...post(''), body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) }, 'request-malformed', 400],
  ['UTF-16', { ...post(''), body: Buffer.from(JSON.stringify(ORDER), 'utf16le') }, 'request-malformed', 400],
  ['100 levels', post(deep(100)), 'request-malformed', 400],
  ['10 000 levels', post(`${'['.repeat(10_000)}`), 'request-malformed', 400],
  ['a deep field', order({ metadata: { a: { b: { c: { d: 'e' } } } } }), 'request-malformed', 400],
  ['metadata of objects', order({ metadata: { a: { b: 'c' } } }), 'request-invalid', 400],
  ['40 KB', order({ metadata: { a: 'x'.repeat(40_000) } }), 'body-too-large', 413],
  ['40 KB of blanks', post(`${JSON.stringify(ORDER)}${' '.repeat(40_000)}`), 'body-too-large', 413],
  ['40 KB without credentials', post('x'.repeat(40_000), { authorization: '' }), 'credentials-missing', 401],
  ['a value of 2 KB', order({ variables: { CRM_ID: 'x'.repeat(2000) } }), 'request-invalid', 400],
  [
    '11 entries of metadata',
    order({ metadata: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, 'v'])) }),
    'request-invalid',
    400,
  ],
  [
    '65 variables',
    order({ variables: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`V${i}`, 'v'])) }),
    'variable-invalid',
    400,
  ],
  [
    '__proto__',
    post('{"to":"84951234500","agent":"3200","__proto__":{"route":"night"}}'),
    'request-malformed',
    400,
  ],
  [
    '__proto__ in variables',
    post('{"to":"84951234500","agent":"3200","variables":{"__proto__":{"CRM_ID":"x"}}}'),
    'request-malformed',
    400,
  ],
  [
    '__proto__ in metadata',
    post('{"to":"84951234500","agent":"3200","metadata":{"__proto__":"x"}}'),
    'request-malformed',
    400,
  ],
  ['__proto__ in a form', form('to=84951234500&agent=3200&__proto__=x'), 'request-malformed', 400],
  [
    '__proto__ inside a form',
    form('to=84951234500&agent=3200&variables[__proto__]=x'),
    'request-malformed',
    400,
  ],
  ['__proto__ in the query', get(`${CLASSIC}&__proto__[route]=night`), 'request-invalid', 400],
  [
    'a field twice in JSON',
    post('{"to":"89401234567","to":"84951234500","agent":"3200"}'),
    'request-malformed',
    400,
  ],
  [
    'a field twice, escaped',
    post('{"to":"84951234500","t\\u006f":"84951234501","agent":"3200"}'),
    'request-malformed',
    400,
  ],
  [
    'a variable twice',
    post('{"to":"84951234500","agent":"3200","variables":{"CRM_ID":"1","CRM_ID":"2"}}'),
    'request-malformed',
    400,
  ],
  ['constructor as a field', order({ constructor: { prototype: {} } }), 'request-invalid', 400],
  ['constructor as a variable', order({ variables: { constructor: 'x' } }), 'variable-not-allowed', 403],
  ['a field twice in a form', form('to=84951234500&agent=3200&to=84957654321'), 'request-malformed', 400],
  ['a field under both of its names', get(`${CLASSIC}&to=84957654321`), 'request-malformed', 400],
  ['a number twice in the query', get(`${CLASSIC}&num=84957654321`), 'request-malformed', 400],
  ['a context twice in the query', get(`${CLASSIC}&c=OUT_EXT2&c=callbacks`), 'request-malformed', 400],
  ['PHP’s lists', get('num[]=84951234500&cid=3200'), 'request-invalid', 400],
  [
    'variables in a form both ways',
    form('to=84951234500&agent=3200&variables=x&variables[CRM_ID]=1'),
    'request-malformed',
    400,
  ],
  ['a form in JSON’s name', post('to=84951234500&agent=3200'), 'request-malformed', 400],
  ['JSON in a form’s name', form(JSON.stringify(ORDER)), 'content-type-unsupported', 415],
  ['text/plain', post(ORDER, { 'content-type': 'text/plain' }), 'content-type-unsupported', 415],
  [
    'multipart',
    post(ORDER, { 'content-type': 'multipart/form-data; boundary=x' }),
    'content-type-unsupported',
    415,
  ],
  [
    'XML',
    post('<to>84951234500</to>', { 'content-type': 'application/xml' }),
    'content-type-unsupported',
    415,
  ],
  ['no type at all', post(ORDER, { 'content-type': '' }), 'content-type-unsupported', 415],
  [
    'two types',
    post(ORDER, { 'content-type': 'application/json, text/plain' }),
    'content-type-unsupported',
    415,
  ],
  ['a compressed body', post(ORDER, { 'content-encoding': 'gzip' }), 'content-type-unsupported', 415],
  ['a timeout as text', order({ timeoutSeconds: '30' }), 'request-invalid', 400],
  ['no timeout', order({ timeoutSeconds: 0 }), 'request-invalid', 400],
  [
    'an endless timeout',
    post(`{"to":"84951234500","agent":"3200","timeoutSeconds":1e999}`),
    'request-invalid',
    400,
  ],
  ['waiting for ever', order({ waitSeconds: 1e9 }), 'request-invalid', 400],
  ['an unknown wait', order({ wait: 'forever' }), 'request-invalid', 400],
  ['digits that are none', order({ dtmf: '1;rm' }), 'request-invalid', 400],
  ['an empty Idempotency-Key', post(ORDER, { 'idempotency-key': '' }), 'request-malformed', 400],
  ['a long Idempotency-Key', post(ORDER, { 'idempotency-key': 'k'.repeat(256) }), 'request-malformed', 400],
  ['an Idempotency-Key with CRLF', post(ORDER, { 'idempotency-key': 'a\r\nb' }), 'request-malformed', 400],
  ['no agent', post({ to: '84951234500' }), 'agent-missing', 400],
];

const CREDENTIALS: Case[] = [
  ['none', post(ORDER, { authorization: '' }), 'credentials-missing', 401],
  ...[
    'Bearer',
    'Bearer ',
    `Basic ${Buffer.from(`web:${SECRET}`).toString('base64')}`,
    SECRET,
    `web.${SECRET}`,
    `Bearer ${SECRET}`,
    `Bearer web ${SECRET}`,
    `Bearer web.${SECRET} `.repeat(2),
    `Bearer web.${SECRET}x`,
    `Bearer web.${SECRET.slice(0, -1)}`,
    `Bearer web.${SECRET.toUpperCase()}`,
    'Bearer web.',
    'Bearer .',
    `Bearer .${SECRET}`,
    `Bearer Web.${SECRET}`,
    `Bearer legacy.${SECRET}`,
    `Bearer __proto__.${SECRET}`,
    'Bearer constructor.name',
    'Bearer crm.undefined',
    'Bearer crm.',
    `Bearer web.${SECRET}, Bearer legacy.${LEGACY_SECRET}`,
    `Bearer web.${SECRET}\0`,
    `Bearer web.${'x'.repeat(2000)}`,
    'AWS4-HMAC-SHA256 Credential=AKIA/20261123/eu-central-1/execute-api/aws4_request, SignedHeaders=host, Signature=00',
  ].map(
    (text): Case => [
      `Authorization ${JSON.stringify(text.slice(0, 40))}`,
      withAuthorization(text),
      'credentials-invalid',
      401,
    ],
  ),
  [
    'a key for another network',
    withAuthorization(`Bearer office.${OFFICE_SECRET}`),
    'source-not-allowed',
    403,
  ],
  [
    'a forged X-Forwarded-For',
    post(ORDER, { authorization: `Bearer office.${OFFICE_SECRET}`, 'x-forwarded-for': '198.51.100.7' }),
    'source-not-allowed',
    403,
  ],
  [
    'a key for another route',
    withAuthorization(`Bearer elsewhere.${ELSEWHERE_SECRET}`),
    'route-not-allowed',
    403,
  ],
  [
    'a principal that the client names itself',
    post(ORDER, { authorization: '', 'x-amzn-principal': 'arn:aws:iam::123456789012:role/crm' }),
    'credentials-missing',
    401,
  ],
  [
    'a token of a key that must not stand in URLs',
    get(`${CLASSIC}&token=web.${SECRET}`, {}),
    'credentials-invalid',
    401,
  ],
  ['a wrong token', get(`${CLASSIC}&token=legacy.wrong`, {}), 'credentials-invalid', 401],
  [
    'two tokens',
    get(`${CLASSIC}&token=legacy.wrong&token=legacy.${LEGACY_SECRET}`, {}),
    'credentials-invalid',
    401,
  ],
  ['an empty token', get(`${CLASSIC}&token=`, {}), 'credentials-invalid', 401],
  ['a token and a bearer key', get(`${CLASSIC}&token=legacy.${LEGACY_SECRET}`), 'credentials-invalid', 401],
  [
    'a token in the body',
    {
      ...form(`to=84951234500&agent=3200&token=legacy.${LEGACY_SECRET}`),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    'credentials-missing',
    401,
  ],
  [
    'a bearer key in a cookie',
    post(ORDER, { authorization: '', cookie: `authorization=Bearer web.${SECRET}` }),
    'credentials-missing',
    401,
  ],
];

const LINKS: Case[] = [
  ['an expired one', get(link({ expiresAt: now - 1 }), {}), 'link-expired', 410],
  [
    'one with another number',
    signed((query) => query.replace('84951234500', '84957654321')),
    'credentials-invalid',
    401,
  ],
  [
    'one with another agent',
    signed((query) => query.replace('cid=3200', 'cid=3201')),
    'credentials-invalid',
    401,
  ],
  [
    'one with a later expiry',
    signed((query) => query.replace(`exp=${now + 600}`, `exp=${now + 6000}`)),
    'credentials-invalid',
    401,
  ],
  [
    'one for another key',
    signed((query) => query.replace('key=web', 'key=legacy')),
    'credentials-invalid',
    401,
  ],
  ['one with a parameter more', signed((query) => `${query}&route=night`), 'credentials-invalid', 401],
  [
    'one with a parameter less',
    signed((query) => query.replace('cid=3200&', '')),
    'credentials-invalid',
    401,
  ],
  ['one with a context added', signed((query) => `${query}&c=OUT_EXT2`), 'credentials-invalid', 401],
  ['one with a truncated signature', signed((query) => query.slice(0, -4)), 'credentials-invalid', 401],
  ['one with a padded signature', signed((query) => `${query}=`), 'credentials-invalid', 401],
  ['one without signature', signed((query) => query.replace(/&sig=.*/, '')), 'credentials-invalid', 401],
  [
    'one with an empty signature',
    signed((query) => query.replace(/&sig=.*/, '&sig=')),
    'credentials-invalid',
    401,
  ],
  ['one with two signatures', signed((query) => `${query}&sig=x`), 'credentials-invalid', 401],
  [
    'one with values swapped',
    signed((query) => query.replace('num=84951234500', 'num=3200').replace('cid=3200', 'cid=84951234500')),
    'credentials-invalid',
    401,
  ],
  ['one made for POST', get(link({ method: 'POST' }), {}), 'credentials-invalid', 401],
  ['one made for HEAD', get(link({ method: 'HEAD' }), {}), 'credentials-invalid', 401],
  ['one made for another path', get(link({ path: '/callbacks' }), {}), 'credentials-invalid', 401],
  [
    'one replayed as a POST',
    { ...post(ORDER, { authorization: '' }), url: `/callbacks?${link()}` },
    'credentials-invalid',
    401,
  ],
  ['one signed with another secret', get(link({ secret: LEGACY_SECRET }), {}), 'credentials-invalid', 401],
  [
    'one signed by a key without a secret',
    get(link({ keyId: 'crm', secret: 'undefined' }), {}),
    'credentials-invalid',
    401,
  ],
  ['one in milliseconds', get(link({ expiresAt: now * 1000 }), {}), 'credentials-invalid', 401],
  ['one that names a key of the prototype', get(link({ keyId: 'toString' }), {}), 'credentials-invalid', 401],
  [
    'one of a key for another route',
    get(link({ keyId: 'elsewhere', secret: ELSEWHERE_SECRET }), {}),
    'route-not-allowed',
    403,
  ],
];

const ADDRESSES: Case[] = [
  ...[
    '/',
    '',
    '/Callbacks',
    '/%63allbacks',
    '/callbacks%2f',
    '/callbacks;x',
    '/callbacks/../callbacks',
    '/.env',
  ].map((url): Case => [`POST ${url}`, { ...post(ORDER), url }, 'not-found', 404]),
  ['POST /callbacks/callbacks', { ...post(ORDER), url: '/callbacks/callbacks' }, 'method-not-allowed', 405],
  ['GET /callbacks/callback', { ...get(''), url: '/callbacks/callback' }, 'callback-not-found', 404],
  [
    'GET /callbacks with a classic query',
    { ...get(CLASSIC), url: `/callbacks?${CLASSIC}` },
    'request-invalid',
    400,
  ],
  ['POST /callback with a body', { ...post(ORDER), url: '/callback' }, 'request-malformed', 400],
  ['POST /callback without a query', { ...post(''), url: '/callback' }, 'request-invalid', 400],
  [
    'POST /callback without credentials',
    { method: 'POST', url: `/callback?${CLASSIC}` },
    'credentials-missing',
    401,
  ],
  [
    'POST /callback with a link that was signed for another number',
    { method: 'POST', url: `/callback?${link().replace('84951234500', '84951234501')}` },
    'credentials-invalid',
    401,
  ],
  [
    'POST /callback with a link that was signed for POST',
    { method: 'POST', url: `/callback?${link({ method: 'POST' })}` },
    'credentials-invalid',
    401,
  ],
  ['PUT /callback', { ...post(ORDER), method: 'PUT', url: '/callback' }, 'method-not-allowed', 405],
  ['POST /health', { ...post(ORDER), url: '/health' }, 'method-not-allowed', 405],
  ...['PUT', 'PATCH', 'TRACE', 'CONNECT', 'OPTIONS', 'post'].map(
    (method): Case => [`${method} /callbacks`, { ...post(ORDER), method }, 'method-not-allowed', 405],
  ),
  [
    'a method in a header',
    {
      ...get(CLASSIC),
      url: '/health',
      method: 'DELETE',
      headers: { ...bearer, 'x-http-method-override': 'POST' },
    },
    'method-not-allowed',
    405,
  ],
  [
    'a preflight from a page that no key lists',
    {
      method: 'OPTIONS',
      url: '/callbacks',
      headers: { origin: 'https://evil.example.com', 'access-control-request-method': 'POST' },
    },
    'origin-not-allowed',
    403,
  ],
];

const numbers = NUMBERS.map(
  ([to, code, status]): Case => [`${JSON.stringify(to)}`, order({ to }), code, status],
);
const ALL: [group: string, cases: Case[]][] = [
  ['injection', INJECTION],
  ['smuggling', SMUGGLING],
  ['numbers', numbers],
  ['bodies and queries', BODIES],
  ['credentials', CREDENTIALS],
  ['signed links', LINKS],
  ['addresses and methods', ADDRESSES],
];

/** Tests that the function refuses every hostile request. */
function refusesAll(lambda: () => CallbackFunction): void {
  describe.each(ALL)('by %s', (_, cases) => {
    it.each(cases)('%s', async (_says, asked, code, status) => {
      const answer = await lambda().ask(asked);
      if (asked.method === 'HEAD') expect(answer).toMatchObject({ status, text: '' });
      else expect({ code: codeOf(answer), status: answer.status }).toEqual({ code, status });
      expect(answer.headers['allow'] !== undefined).toBe(status === 405);
      expect(answer.headers['www-authenticate'] !== undefined).toBe(status === 401);
      expect(answer.text).not.toMatch(/node_modules|\bat .*\.ts:|SECRET|secret-0123/);
      expect(answer.text.replace(/"instance":"[^"]*"/, '')).not.toMatch(/\d{7}/);
    });
  });

  it('has at least 150 cases in these tests', () => {
    expect(ALL.flatMap(([, cases]) => cases).length).toBeGreaterThanOrEqual(150);
  });
}

describe('A hostile request on the simulator', () => {
  const { lambda, simulator } = callbackFunctionOnSimulator();
  refusesAll(lambda);

  it('sends nothing to the PBX', () => {
    expect(simulator().requests).toEqual([]);
  });

  it('would be noticed, because an ordinary request is', async () => {
    const { body } = await lambda().ask(order({}));
    expect(simulator().requests.map(({ action }) => action)).toContain('Originate');
    expect(simulator().calls).toMatchObject([{ channelId: body['id'] }]);
  });
});

describeOnAsterisk('A hostile request', (pbx) => {
  const { channel, isOurs } = markedChannel('00');
  let lambda: CallbackFunction;
  let watcher: Watcher;
  let before: Listening;
  beforeAll(async () => {
    watcher = await watchEvents(pbx);
    before = await listenBefore(pbx.httpUrl);
    lambda = await openCallbackFunction(settingsFor({ url: before.url, ...pbx.users.callback }, channel));
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await before[Symbol.asyncDispose]();
    await watcher.close();
  });
  refusesAll(() => lambda);

  it('sends nothing to Asterisk', async () => {
    await allTold(watcher);
    expect(before.actions).toEqual([]);
    expect(watcher.events().filter(isOurs)).toEqual([]);
  });

  it('would be noticed, because an ordinary request is', async () => {
    const { body } = await lambda.ask(order({}));
    await watcher.waitFor((event) => isOurs(event) && event['Uniqueid'] === body['id']);
    expect(before.actions.filter((action) => action === 'Originate')).toHaveLength(1);
    await watcher.action({ Action: 'Hangup', Channel: String(body['id']) });
  });
});
