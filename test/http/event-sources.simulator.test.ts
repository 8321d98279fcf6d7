import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../lib/http/http-request.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import {
  answerOf,
  type CallbackFunction,
  codeOf,
  context,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { readHttpRequest } from '../support/http/read-request.ts';
import { OFFICE_SECRET, settingsFor } from '../support/http/settings.ts';

interface Fixture extends Record<string, unknown> {
  headers?: Record<string, string> | null;
  multiValueHeaders?: Record<string, string[]> | null;
}

const fixture = (name: string): Fixture =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));

const ROLE_SESSION = 'arn:aws:sts::123456789012:assumed-role/crm/i-0123456789abcdef0';

/** Each shape, the path that it reports, what stands before our path, and the IAM caller. */
const SHAPES: [name: string, path: string, base: string, principal?: string][] = [
  ['http-api', '/callbacks', ''],
  ['http-api-stage', '/callbacks', '/prod'],
  ['http-api-custom-domain', '/telephony/callbacks', '/telephony'],
  ['function-url', '/callbacks', ''],
  ['function-url-iam', '/callbacks', '', ROLE_SESSION],
  ['rest-api', '/callbacks', '/prod'],
  ['rest-api-custom-domain', '/v1/telephony/callbacks', '/v1/telephony'],
  ['rest-api-custom-domain-iam', '/v1/telephony/callbacks', '/v1/telephony', ROLE_SESSION],
  ['alb', '/callbacks', ''],
  ['alb-multi-value', '/callbacks', ''],
];

/** What of a request does not depend on who handed it over. */
function essence({ method, query, headers, body, sourceIp }: HttpRequest) {
  const { accept, 'content-type': type, 'user-agent': agent, 'x-tag': tag } = headers;
  const sorted = query.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { method, query: sorted, accept, type, agent, tag, body: body.toString(), sourceIp };
}

const SAME = {
  method: 'POST',
  query: [
    ['empty', ''],
    ['name', 'Иван & Co'],
    ['tag', 'one'],
    ['tag', 'two words'],
  ],
  accept: 'application/json',
  type: 'application/json; charset=utf-8',
  agent: 'crm/4.1 (+https://crm.example.com)',
  tag: 'a,b',
  body: '{"to":"+7 (495) 123-45-67","agent":"3200","metadata":{"deal":"Сделка № 7"}}',
  sourceIp: '203.0.113.7',
};

describe('the same request is read from the event of', () => {
  it.each(SHAPES)('%s', (name, path, _base, principal) => {
    const request = readHttpRequest(fixture(name));
    // Without multi-value, a load balancer keeps the last of several values to itself.
    const query = name === 'alb' ? SAME.query.filter(([, value]) => value !== 'one') : SAME.query;
    expect(essence(request)).toEqual({ ...SAME, query });
    expect(request).toMatchObject({ path, principal });
  });
});

describe('the same request gets the same response in the event of', () => {
  let simulator: Simulator;
  let lambda: CallbackFunction;
  beforeAll(async () => {
    simulator = await startSimulator();
    const [user] = DEFAULTS.users;
    lambda = await openCallbackFunction(settingsFor({ url: simulator.url, ...user }));
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });

  it.each(SHAPES)('%s', async (name, _path, base) => {
    const event = fixture(name);
    const response = await lambda.handler(event, context());
    const { status, headers, body } = answerOf(response);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'queued',
      agent: '3200',
      to: '+74951234567',
      metadata: { deal: 'Сделка № 7' },
    });
    expect(headers).toEqual({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'content-type': 'application/json',
      location: `${base}/callbacks/${body['id']}`,
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
    });
    const { statusDescription, multiValueHeaders } = response;
    expect(statusDescription).toBe(name.startsWith('alb') ? '201 Created' : undefined);
    const listed = Object.entries(headers).map(([header, value]) => [header, [value]]);
    expect(multiValueHeaders).toEqual(name === 'alb-multi-value' ? Object.fromEntries(listed) : undefined);
  });

  it.each(SHAPES)('%s, when it is refused', async (name, _path, base) => {
    const event = fixture(name);
    const { headers: single, multiValueHeaders: multiple } = event;
    if (single) Object.assign(single, { Authorization: 'x', authorization: 'x' });
    if (multiple) Object.assign(multiple, { Authorization: ['x'], authorization: ['x'] });
    const { status, headers, body } = answerOf(await lambda.handler(event, context()));
    expect({ status, type: body['type'], challenge: headers['www-authenticate'] }).toEqual({
      status: 401,
      type: `${base}/problems/credentials-invalid`,
      challenge: 'Bearer realm="asterisk-callback"',
    });
  });
});

describe('an event of one AWS service:', () => {
  const alb = (forwarded: string) => {
    const event = fixture('alb');
    Object.assign(event.headers ?? {}, { 'x-forwarded-for': forwarded });
    return readHttpRequest(event).sourceIp;
  };

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['198.51.100.1,203.0.113.7:51234', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['[2001:db8::7]:51234', '2001:db8::7'],
    ['', ''],
    ['203.0.113.7, ', ''],
    ['203.0.113.7, unknown', ''],
    ['203.0.113.7, _hidden', ''],
    ['203.0.113.7, 203.0.113', ''],
    ['203.0.113.7, 203.0.113.7:port', ''],
    ['203.0.113.7 198.51.100.1', ''],
    ['203.0.113.7;198.51.100.1', ''],
  ])('the last address that a load balancer appends counts: %j is from %j', (forwarded, peer) => {
    expect(alb(forwarded)).toBe(peer);
  });

  it.each(['num=%', 'num=%zz', 'num=%c3%28', '%ff=1', 'num=%u0041'])(
    'a query with invalid encoding is refused if no gateway has refused it: %s',
    (query) => {
      const api = { ...fixture('http-api'), rawQueryString: query };
      expect(() => readHttpRequest(api)).toThrow(/percent-encoded/);
      const [name = '', value = ''] = query.split('=');
      const balancer = { ...fixture('alb'), queryStringParameters: { [name]: value } };
      expect(() => readHttpRequest(balancer)).toThrow(/percent-encoded/);
    },
  );

  it('header names in upper and lower case are the same, and repeated headers are joined', () => {
    const event = {
      ...fixture('rest-api'),
      multiValueHeaders: { Authorization: ['a'], AUTHORIZATION: ['b', 'c'] },
    };
    expect(readHttpRequest(event).headers).toEqual({ authorization: 'a,b,c' });
  });

  it('an event without query, headers, body and identity is a request', () => {
    const event = {
      ...fixture('rest-api'),
      ...{ headers: null, multiValueHeaders: null, body: null },
      ...{ queryStringParameters: null, multiValueQueryStringParameters: null },
      requestContext: {},
    };
    const { headers, query, body, sourceIp } = readHttpRequest(event);
    expect({ headers, query, body: body.length, sourceIp }).toEqual({
      headers: {},
      query: [],
      body: 0,
      sourceIp: '',
    });
  });
});

describe('A key that is bound to networks', () => {
  let lambda: CallbackFunction;
  beforeAll(async () => {
    lambda = await openCallbackFunction(settingsFor({ url: 'http://127.0.0.1:9', ...DEFAULTS.users[0] }));
  });
  afterAll(() => lambda[Symbol.asyncDispose]());

  const viaBalancer = async (forwarded: string | undefined) => {
    const { headers, ...event } = fixture('alb');
    const { 'x-forwarded-for': _, ...others } = headers ?? {};
    const authorization = `Bearer office.${OFFICE_SECRET}`;
    return codeOf(
      answerOf(
        await lambda.handler(
          {
            ...event,
            headers: {
              ...others,
              authorization,
              ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }),
            },
          },
          context(),
        ),
      ),
    );
  };

  it.each([
    ['no X-Forwarded-For, as in the mode remove', undefined],
    ['an empty one', ''],
    ['one of the client before that of the load balancer', '198.51.100.7, 203.0.113.9'],
    ['text after an allowed address', '198.51.100.7, proxy'],
  ])('is refused when the load balancer sends %s', async (_, forwarded) => {
    expect(await viaBalancer(forwarded)).toBe('source-not-allowed');
  });

  it('is accepted when the load balancer appends an address of its networks', async () => {
    expect(await viaBalancer('203.0.113.9, 198.51.100.7')).toBe('pbx-unreachable');
  });
});
