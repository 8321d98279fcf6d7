import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signLink } from '../../lib/auth/index.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { mistakesIn } from '../support/http/described.ts';
import { type Answer, codeOf, type Door, openDoor } from '../support/http/door.ts';
import { settingsFor } from '../support/http/settings.ts';

const secretOf = (name: string): string => `${name}-secret-0123456789`;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ loginDelayMs: 0 });
});
afterAll(() => simulator.close());

/** A door with these keys, each with its limits or scopes. */
async function doorWith(
  keys: Readonly<Record<string, object>>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Door & { post: Post }> {
  const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
  const door = await openDoor({
    ...settings,
    ...Object.fromEntries(
      Object.entries(keys).map(([name, key]) => [`keys/${name}`, { secret: secretOf(name), ...key }]),
    ),
    ...more,
  });
  const post: Post = (key, body, { url = '/callbacks', headers = {}, by = door } = {}) =>
    by.ask({
      method: 'POST',
      url,
      headers: { ...headersOf(key), 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return Object.assign(door, { post });
}

type Post = (
  key: string,
  body: object,
  more?: { url?: string; headers?: Record<string, string>; by?: Pick<Door, 'ask'> },
) => Promise<Answer>;

const headersOf = (key: string) => ({ authorization: `Bearer ${key}.${secretOf(key)}` });
const call = (last: number, agent = '3206') => ({ to: `8495123${String(4500 + last)}`, agent });
const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status);

describe('POST /callbacks with limits', () => {
  it('refuses the callback beyond a limit, with the name of the limit and the end of its window', async () => {
    await using door = await doorWith({ shop: { limits: { perDay: 2, timezone: 'Europe/Berlin' } } });
    const rung = simulator.calls.length;
    expect(statuses([await door.post('shop', call(0)), await door.post('shop', call(1))])).toEqual([
      201, 201,
    ]);
    const refused = await door.post('shop', call(2));
    expect(refused).toMatchObject({ status: 429, body: { limit: 'perDay', retryable: true } });
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(25 * 3600);
    expect(mistakesIn(refused, 'POST', '/callbacks')).toEqual([]);
    expect(simulator.calls.length - rung).toBe(2);
  });

  it('rings exactly five phones for thirty requests at once in two processes', async () => {
    await using door = await doorWith({ shop: { limits: { perHour: 5 } } });
    const other = await door.another();
    const rung = simulator.calls.length;
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => door.post('shop', call(n), { by: n % 2 ? door : other })),
    );
    expect(statuses(answers).filter((status) => status === 201)).toHaveLength(5);
    expect(statuses(answers).filter((status) => status === 429)).toHaveLength(25);
    expect(simulator.calls.length - rung).toBe(5);
  });

  it('binds signed links and the classic URL by the limits of their key', async () => {
    await using door = await doorWith({ shop: { limits: { perDay: 1 }, inUrl: true } });
    const path = '/callback';
    const query: [string, string][] = [
      ['num', '84951234500'],
      ['cid', '3206'],
    ];
    const expiresAt = Math.floor(Date.now() / 1000) + 60;
    const link = signLink({ method: 'GET', path, query, keyId: 'shop', secret: secretOf('shop'), expiresAt });
    expect((await door.ask({ url: `${path}?${link}` })).status).toBe(201);
    const classic = `${path}?p=1&c=OUT_EXT2&cid=3206&num=84951234501&token=shop.${secretOf('shop')}`;
    expect(codeOf(await door.ask({ url: classic }))).toBe('limit-reached');
  });

  it('counts a number however it is written', async () => {
    await using door = await doorWith(
      {},
      { limits: { perNumberPerDay: 2 }, 'keys/shop': { secret: secretOf('shop') } },
    );
    for (const to of ['84951234500', '+7 (495) 123-45-00'])
      expect((await door.post('shop', { to, agent: '3206' })).status).toBe(201);
    const again = await door.post('shop', { to: 'tel:+7-495-123-45-00', agent: '3207' });
    expect(again).toMatchObject({ status: 429, body: { limit: 'perNumberPerDay' } });
    expect((await door.post('shop', call(1))).status).toBe(201);
  });

  it('counts no request that a rule refuses', async () => {
    await using door = await doorWith({ shop: { limits: { perDay: 1 } } });
    for (const wrong of [{ to: '1' }, { ...call(0), agent: '9' }, { to: '+442079460000', agent: '3206' }])
      expect((await door.post('shop', wrong)).status).toBeGreaterThanOrEqual(400);
    expect((await door.post('shop', call(0))).status).toBe(201);
  });

  it('counts a repeat with an Idempotency-Key once, and answers it beyond the limit', async () => {
    await using door = await doorWith({ shop: { limits: { perDay: 2, perNumberPerDay: 2 } } });
    const headers = { 'idempotency-key': 'order-1' };
    const first = await door.post('shop', call(0), { headers });
    const other = await door.another();
    for (const by of [door, other, door])
      expect(await door.post('shop', call(0), { headers, by })).toMatchObject({
        status: 201,
        body: { id: first.body['id'] },
        headers: { 'idempotent-replayed': 'true' },
      });
    expect((await door.post('shop', call(1))).status).toBe(201);
    expect((await door.post('shop', call(2))).status).toBe(429);
    expect((await door.post('shop', call(0), { headers, by: other })).body['id']).toBe(first.body['id']);
  });

  it('frees the Idempotency-Key of a request that a limit refused', async () => {
    await using door = await doorWith({ shop: { limits: { perMinute: 1 } } });
    await door.post('shop', call(0));
    const headers = { 'idempotency-key': 'order-2' };
    expect((await door.post('shop', call(1), { headers })).status).toBe(429);
    expect((await door.post('shop', call(1), { headers })).status).toBe(429);
    const list = await door.ask({ url: '/callbacks', headers: headersOf('shop') });
    expect(list.body['callbacks']).toHaveLength(1);
  });

  it('gives back what it counted when no PBX can be reached', async () => {
    const down = { 'pbx/down/url': 'http://127.0.0.1:9', 'pbx/down/username': 'u', 'pbx/down/secret': 's' };
    const { 'routes/default': route } = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    const limits = { perNumberPerDay: 1, perAgentPerHour: 1, perDay: 1 };
    await using door = await doorWith(
      { shop: { limits } },
      { ...down, 'routes/down': { ...route, pbx: 'down' } },
    );
    for (let n = 0; n < 3; n += 1)
      expect(codeOf(await door.post('shop', { ...call(0), route: 'down' }))).toBe('pbx-unreachable');
    expect((await door.post('shop', call(0))).status).toBe(201);
    expect((await door.post('shop', call(0))).body['limit']).toBe('perNumberPerDay');
  });

  it('leaves the day of the site alone when a thousand attempts on one number are refused', async () => {
    await using door = await doorWith(
      {},
      {
        limits: { perNumberPerDay: 1, perDay: 3 },
        'keys/shop': { secret: secretOf('shop') },
      },
    );
    expect((await door.post('shop', call(0))).status).toBe(201);
    for (let batch = 0; batch < 20; batch += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => door.post('shop', call(0))));
      expect(new Set(answers.map(({ body }) => body['limit']))).toEqual(new Set(['perNumberPerDay']));
    }
    expect(statuses([await door.post('shop', call(1)), await door.post('shop', call(2))])).toEqual([
      201, 201,
    ]);
    expect((await door.post('shop', call(3))).body['limit']).toBe('perDay');
  }, 60_000);
});

describe('The scopes of a key', () => {
  it('decide what it may do', async () => {
    await using door = await doorWith({
      placer: { scopes: ['place'] },
      reader: { scopes: ['read'] },
      controller: { scopes: ['control'] },
    });
    const placed = await door.post('placer', call(0));
    expect(placed.status).toBe(201);
    const url = `/callbacks/${placed.body['id']}`;
    const ways: [scope: string, ask: (key: string) => Promise<Answer>][] = [
      ['place', (key) => door.post(key, call(1))],
      ['place', (key) => door.ask({ url: '/callback?num=84951234502&cid=3206', headers: headersOf(key) })],
      ['read', (key) => door.ask({ url, headers: headersOf(key) })],
      ['read', (key) => door.ask({ url: '/callbacks', headers: headersOf(key) })],
      ['read', (key) => door.post(key, { to: '84951234500' }, { url: '/callbacks/search' })],
      ['control', (key) => door.post(key, { digits: '1' }, { url: `${url}/dtmf` })],
      ['control', (key) => door.post(key, { number: '84951234500' }, { url: '/do-not-call' })],
      ['control', (key) => door.ask({ method: 'DELETE', url, headers: headersOf(key) })],
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
  const add = (door: { post: Post }, body: object) => door.post('shop', body, { url: '/do-not-call' });

  it('keeps everybody from calling a number, however it is written', async () => {
    await using door = await doorWith({ shop: {} }, { doNotCallSecret });
    const rung = simulator.calls.length;
    const added = await add(door, { number: '8 (495) 123-45-00' });
    expect(added).toMatchObject({ status: 200, body: { number: '+74951234500', until: null } });
    expect(mistakesIn(added, 'POST', '/do-not-call')).toEqual([]);
    const other = await door.another();
    for (const to of ['84951234500', '+7 495 123 45 00', 'tel:+74951234500'])
      for (const by of [door, other]) {
        const refused = await door.post('shop', { to, agent: '3206' }, { by });
        expect(refused).toMatchObject({ status: 403, body: { code: 'do-not-call', retryable: false } });
      }
    expect(simulator.calls.length).toBe(rung);
    expect((await door.post('shop', call(1))).status).toBe(201);
    const lines = door.listen().join('');
    expect(lines).not.toContain('4951234500');
  });

  it('lets the number be called again after `until`', async () => {
    await using door = await doorWith({ shop: {} }, { doNotCallSecret });
    const until = new Date(Date.now() + 1_500).toISOString();
    expect((await add(door, { number: '+74951234500', until })).body['until']).toBe(until);
    expect((await door.post('shop', call(0))).status).toBe(403);
    await expect.poll(async () => (await door.post('shop', call(0))).status, { timeout: 10_000 }).toBe(201);
  });

  it.each([
    [{}, 'number is missing'],
    [{ number: '' }, 'number'],
    [{ number: '+7 000' }, 'number-invalid'],
    [{ number: '+74951234500', until: 'tomorrow' }, 'until is not an RFC 3339 time'],
    [{ number: '+74951234500', until: '2020-01-01T00:00:00Z' }, 'until is not in the future'],
    [{ number: '+74951234500', untill: '2020-01-01T00:00:00Z' }, 'untill'],
  ])('refuses %j', async (body, said) => {
    await using door = await doorWith({ shop: {} }, { doNotCallSecret });
    const refused = await add(door, body);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.status).toBeLessThan(500);
    expect(refused.text).toContain(said);
  });

  it('says what to add when the settings have no secret for the list', async () => {
    await using door = await doorWith({ shop: {} });
    const refused = await add(door, { number: '+74951234500' });
    expect(refused).toMatchObject({ status: 500, body: { code: 'settings-invalid' } });
    expect(refused.text).toContain('doNotCallSecret');
  });
});
