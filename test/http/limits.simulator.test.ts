import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signLink } from '../../lib/auth/signed-link.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import {
  type Answer,
  type CallbackFunction,
  codeOf,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { mistakesIn } from '../support/http/described.ts';
import { settingsFor } from '../support/http/settings.ts';

const secretOf = (name: string): string => `${name}-secret-0123456789`;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ loginDelayMs: 0 });
});
afterAll(() => simulator.close());

/** Opens the function with these keys, each with its limits or scopes. */
async function lambdaWith(
  keys: Readonly<Record<string, object>>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<CallbackFunction & { post: Post }> {
  const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
  const lambda = await openCallbackFunction({
    ...settings,
    ...Object.fromEntries(
      Object.entries(keys).map(([name, key]) => [`keys/${name}`, { secret: secretOf(name), ...key }]),
    ),
    ...more,
  });
  const post: Post = (key, body, { url = '/callbacks', headers = {}, by = lambda } = {}) =>
    by.ask({
      method: 'POST',
      url,
      headers: { ...headersOf(key), 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return Object.assign(lambda, { post });
}

type Post = (
  key: string,
  body: object,
  more?: { url?: string; headers?: Record<string, string>; by?: Pick<CallbackFunction, 'ask'> },
) => Promise<Answer>;

const headersOf = (key: string) => ({ authorization: `Bearer ${key}.${secretOf(key)}` });
const call = (last: number, agent = '3206') => ({ to: `8495123${String(4500 + last)}`, agent });
const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status);

describe('POST /callbacks with limits', () => {
  it('refuses the callback beyond a limit, with the name of the limit and the end of its window', async () => {
    await using lambda = await lambdaWith({ shop: { limits: { perDay: 2, timezone: 'Europe/Berlin' } } });
    const rung = simulator.calls.length;
    expect(statuses([await lambda.post('shop', call(0)), await lambda.post('shop', call(1))])).toEqual([
      201, 201,
    ]);
    const refused = await lambda.post('shop', call(2));
    expect(refused).toMatchObject({ status: 429, body: { limit: 'perDay', retryable: true } });
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(25 * 3600);
    expect(mistakesIn(refused, 'POST', '/callbacks')).toEqual([]);
    expect(simulator.calls.length - rung).toBe(2);
  });

  it('rings exactly five phones for thirty requests at once in two processes', async () => {
    await using lambda = await lambdaWith({ shop: { limits: { perHour: 5 } } });
    const other = await lambda.another();
    const rung = simulator.calls.length;
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => lambda.post('shop', call(n), { by: n % 2 ? lambda : other })),
    );
    expect(statuses(answers).filter((status) => status === 201)).toHaveLength(5);
    expect(statuses(answers).filter((status) => status === 429)).toHaveLength(25);
    expect(simulator.calls.length - rung).toBe(5);
  });

  it('binds signed links and the classic URL by the limits of their key', async () => {
    await using lambda = await lambdaWith({ shop: { limits: { perDay: 1 }, inUrl: true } });
    const path = '/callback';
    const query: [string, string][] = [
      ['num', '84951234500'],
      ['cid', '3206'],
    ];
    const expiresAt = Math.floor(Date.now() / 1000) + 60;
    const link = signLink({ method: 'GET', path, query, keyId: 'shop', secret: secretOf('shop'), expiresAt });
    expect((await lambda.ask({ url: `${path}?${link}` })).status).toBe(201);
    const classic = `${path}?p=1&c=OUT_EXT2&cid=3206&num=84951234501&token=shop.${secretOf('shop')}`;
    expect(codeOf(await lambda.ask({ url: classic }))).toBe('limit-reached');
  });

  it('counts a number however it is written', async () => {
    await using lambda = await lambdaWith(
      {},
      { limits: { perNumberPerDay: 2 }, 'keys/shop': { secret: secretOf('shop') } },
    );
    for (const to of ['84951234500', '+7 (495) 123-45-00'])
      expect((await lambda.post('shop', { to, agent: '3206' })).status).toBe(201);
    const again = await lambda.post('shop', { to: 'tel:+7-495-123-45-00', agent: '3207' });
    expect(again).toMatchObject({ status: 429, body: { limit: 'perNumberPerDay' } });
    expect((await lambda.post('shop', call(1))).status).toBe(201);
  });

  it('counts no request that a rule refuses', async () => {
    await using lambda = await lambdaWith({ shop: { limits: { perDay: 1 } } });
    for (const wrong of [{ to: '1' }, { ...call(0), agent: '9' }, { to: '+442079460000', agent: '3206' }])
      expect((await lambda.post('shop', wrong)).status).toBeGreaterThanOrEqual(400);
    expect((await lambda.post('shop', call(0))).status).toBe(201);
  });

  it('counts a repeat with an Idempotency-Key once, and answers it beyond the limit', async () => {
    await using lambda = await lambdaWith({ shop: { limits: { perDay: 2, perNumberPerDay: 2 } } });
    const headers = { 'idempotency-key': 'order-1' };
    const first = await lambda.post('shop', call(0), { headers });
    const other = await lambda.another();
    for (const by of [lambda, other, lambda])
      expect(await lambda.post('shop', call(0), { headers, by })).toMatchObject({
        status: 201,
        body: { id: first.body['id'] },
        headers: { 'idempotent-replayed': 'true' },
      });
    expect((await lambda.post('shop', call(1))).status).toBe(201);
    expect((await lambda.post('shop', call(2))).status).toBe(429);
    expect((await lambda.post('shop', call(0), { headers, by: other })).body['id']).toBe(first.body['id']);
  });

  it('frees the Idempotency-Key of a request that a limit refused', async () => {
    await using lambda = await lambdaWith({ shop: { limits: { perMinute: 1 } } });
    await lambda.post('shop', call(0));
    const headers = { 'idempotency-key': 'order-2' };
    expect((await lambda.post('shop', call(1), { headers })).status).toBe(429);
    expect((await lambda.post('shop', call(1), { headers })).status).toBe(429);
    const list = await lambda.ask({ url: '/callbacks', headers: headersOf('shop') });
    expect(list.body['callbacks']).toHaveLength(1);
  });

  it('gives back what it counted when no PBX can be reached', async () => {
    const down = { 'pbx/down/url': 'http://127.0.0.1:9', 'pbx/down/username': 'u', 'pbx/down/secret': 's' };
    const { 'routes/default': route } = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    const limits = { perNumberPerDay: 1, perAgentPerHour: 1, perDay: 1 };
    await using lambda = await lambdaWith(
      { shop: { limits } },
      { ...down, 'routes/down': { ...route, pbx: 'down' } },
    );
    for (let n = 0; n < 3; n += 1)
      expect(codeOf(await lambda.post('shop', { ...call(0), route: 'down' }))).toBe('pbx-unreachable');
    expect((await lambda.post('shop', call(0))).status).toBe(201);
    expect((await lambda.post('shop', call(0))).body['limit']).toBe('perNumberPerDay');
  });

  it('leaves the day of the site alone when a thousand attempts on one number are refused', async () => {
    await using lambda = await lambdaWith(
      {},
      {
        limits: { perNumberPerDay: 1, perDay: 3 },
        'keys/shop': { secret: secretOf('shop') },
      },
    );
    expect((await lambda.post('shop', call(0))).status).toBe(201);
    for (let batch = 0; batch < 20; batch += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => lambda.post('shop', call(0))));
      expect(new Set(answers.map(({ body }) => body['limit']))).toEqual(new Set(['perNumberPerDay']));
    }
    expect(statuses([await lambda.post('shop', call(1)), await lambda.post('shop', call(2))])).toEqual([
      201, 201,
    ]);
    expect((await lambda.post('shop', call(3))).body['limit']).toBe('perDay');
  }, 60_000);
});

describe('The scopes of a key', () => {
  it('decide what it may do', async () => {
    await using lambda = await lambdaWith({
      placer: { scopes: ['place'] },
      reader: { scopes: ['read'] },
      controller: { scopes: ['control'] },
    });
    const placed = await lambda.post('placer', call(0));
    expect(placed.status).toBe(201);
    const url = `/callbacks/${placed.body['id']}`;
    const ways: [scope: string, ask: (key: string) => Promise<Answer>][] = [
      ['place', (key) => lambda.post(key, call(1))],
      ['place', (key) => lambda.ask({ url: '/callback?num=84951234502&cid=3206', headers: headersOf(key) })],
      ['read', (key) => lambda.ask({ url, headers: headersOf(key) })],
      ['read', (key) => lambda.ask({ url: '/callbacks', headers: headersOf(key) })],
      ['read', (key) => lambda.post(key, { to: '84951234500' }, { url: '/callbacks/search' })],
      ['control', (key) => lambda.post(key, { digits: '1' }, { url: `${url}/dtmf` })],
      ['control', (key) => lambda.post(key, { number: '84951234500' }, { url: '/do-not-call' })],
      ['control', (key) => lambda.ask({ method: 'DELETE', url, headers: headersOf(key) })],
    ];
    for (const [scope, ask] of ways)
      for (const [key, owned] of [
        ['placer', 'place'],
        ['reader', 'read'],
        ['controller', 'control'],
      ] as const) {
        const answer = await ask(key);
        if (scope === owned) expect(answer.body['code'], `${scope} by ${key}`).not.toBe('scope-missing');
        else
          expect(answer, `${scope} by ${key}`).toMatchObject({
            status: 403,
            body: { code: 'scope-missing' },
          });
      }
  });
});

describe('POST /do-not-call', () => {
  const doNotCallSecret = 'do-not-call-0123456789';
  const add = (lambda: { post: Post }, body: object) => lambda.post('shop', body, { url: '/do-not-call' });

  it('keeps everybody from calling a number, however it is written', async () => {
    await using lambda = await lambdaWith({ shop: {} }, { doNotCallSecret });
    const rung = simulator.calls.length;
    const added = await add(lambda, { number: '8 (495) 123-45-00' });
    expect(added).toMatchObject({ status: 200, body: { number: '+74951234500', until: null } });
    expect(mistakesIn(added, 'POST', '/do-not-call')).toEqual([]);
    const other = await lambda.another();
    for (const to of ['84951234500', '+7 495 123 45 00', 'tel:+74951234500'])
      for (const by of [lambda, other]) {
        const refused = await lambda.post('shop', { to, agent: '3206' }, { by });
        expect(refused).toMatchObject({ status: 403, body: { code: 'do-not-call', retryable: false } });
      }
    expect(simulator.calls.length).toBe(rung);
    expect((await lambda.post('shop', call(1))).status).toBe(201);
    const lines = lambda.listen().join('');
    expect(lines).not.toContain('4951234500');
  });

  it('lets the number be called again after `until`', async () => {
    await using lambda = await lambdaWith({ shop: {} }, { doNotCallSecret });
    const until = new Date(Date.now() + 1_500).toISOString();
    expect((await add(lambda, { number: '+74951234500', until })).body['until']).toBe(until);
    expect((await lambda.post('shop', call(0))).status).toBe(403);
    await expect.poll(async () => (await lambda.post('shop', call(0))).status, { timeout: 10_000 }).toBe(201);
  });

  it.each([
    [{}, 'number is missing'],
    [{ number: '' }, 'number'],
    [{ number: '+7 000' }, 'number-invalid'],
    [{ number: '+74951234500', until: 'tomorrow' }, 'until must be an RFC 3339 time with an offset, such as'],
    [{ number: '+74951234500', until: '2020-01-01T00:00:00Z' }, 'until is not in the future'],
    [{ number: '+74951234500', untill: '2020-01-01T00:00:00Z' }, 'untill'],
  ])('refuses %j', async (body, said) => {
    await using lambda = await lambdaWith({ shop: {} }, { doNotCallSecret });
    const refused = await add(lambda, body);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.status).toBeLessThan(500);
    expect(refused.text).toContain(said);
  });

  it('says what to add when the settings have no secret for the list', async () => {
    await using lambda = await lambdaWith({ shop: {} });
    const refused = await add(lambda, { number: '+74951234500' });
    expect(refused).toMatchObject({ status: 500, body: { code: 'settings-invalid' } });
    expect(refused.text).toContain('doNotCallSecret');
  });
});
