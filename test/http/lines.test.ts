import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Services } from '../../lib/calls/services.ts';
import { SqliteTable } from '../../lib/store/sqlite/sqlite-table.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import {
  type Answer,
  type CallbackFunction,
  codeOf,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { mistakesIn } from '../support/http/described.ts';
import { bearer, ELSEWHERE_SECRET, json, settingsFor } from '../support/http/settings.ts';
import { newRecord } from '../support/store/records.ts';

const READER_SECRET = 'reader-secret-0123456789';
const OWNER_SECRET = 'owner-secret-0123456789';
const PLACER_SECRET = 'placer-secret-0123456789';
const nowhere = settingsFor({ url: 'http://127.0.0.1:1', username: 'callback', secret: 'x' });
const route = nowhere['routes/default'];
const settings = {
  ...nowhere,
  'lines/sales': { capacity: 4 },
  'lines/service': { capacity: 2 },
  'lines/unused': { capacity: 1 },
  'routes/default': { ...route, line: 'sales', pool: ['3200', '3201'] },
  'routes/chosen': { ...route, line: 'sales' },
  'routes/service': { ...route, line: 'service', agent: '3#1' },
  'routes/gone': { ...route, line: 'gone' },
  'keys/owner': { secret: OWNER_SECRET },
  'keys/reader': { secret: READER_SECRET, scopes: ['read'] },
  'keys/placer': { secret: PLACER_SECRET, scopes: ['place'] },
};
const as = (key: string, secret: string) => ({ ...json, authorization: `Bearer ${key}.${secret}` });
const elsewhere = as('elsewhere', ELSEWHERE_SECRET);
const reader = as('reader', READER_SECRET);
const owner = as('owner', OWNER_SECRET);

describe('The lines over HTTP', () => {
  let lambda: CallbackFunction;
  let services: Services;
  let store: Store;
  let woken: string[];
  beforeAll(async () => {
    lambda = await openCallbackFunction(settings);
    // The same modules as those of the function.
    ({ services } = await import('../../lib/calls/services.ts'));
    services.wakeLine = async (line) => {
      woken.push(line);
    };
  });
  afterAll(() => lambda[Symbol.asyncDispose]());
  beforeEach(() => {
    woken = [];
    store = createStore(new SqliteTable());
    services.store = async () => store;
  });

  const get = (url: string, headers: Record<string, string> = bearer) => lambda.ask({ url, headers });
  const patch = (url: string, fields: unknown = { paused: true }, headers: Record<string, string> = json) =>
    lambda.ask({ method: 'PATCH', url, headers, body: JSON.stringify(fields) });
  const linesIn = ({ body }: Answer) => (body['lines'] as { name: string }[]).map(({ name }) => name);

  it('lists the lines of the routes of the key, and no others', async () => {
    const answer = await get('/lines');
    expect(answer).toMatchObject({
      status: 200,
      body: {
        lines: [{ name: 'sales', capacity: 4, agents: [{ extension: '3200' }, { extension: '3201' }] }],
      },
    });
    expect(mistakesIn(answer, 'GET', '/lines')).toEqual([]);
    expect(linesIn(await get('/lines', reader))).toEqual(['sales', 'service']);
    expect(linesIn(await get('/lines', elsewhere))).toEqual([]);
  });

  it('shows a line with what waits and what rings', async () => {
    const dueAt = Date.now() - 60_000;
    for (const agent of ['3200', '3400'])
      await store.saveCallback(newRecord({ line: 'sales', dueAt, agent, route: 'default' }));
    const answer = await get('/lines/sales');
    expect(answer).toMatchObject({
      status: 200,
      body: { due: 2, slotsInUse: 0, runner: null, paused: false, agents: [{}, {}, { extension: '3400' }] },
    });
    expect(Number(answer.body['oldestWaitSeconds'])).toBeGreaterThanOrEqual(60);
    expect(mistakesIn(answer, 'GET', '/lines/{name}')).toEqual([]);
  });

  it('pauses a line, lets it go on, and wakes its runner then', async () => {
    const paused = await patch('/lines/sales');
    expect(paused).toMatchObject({ status: 200, body: { name: 'sales', paused: true } });
    expect(mistakesIn(paused, 'PATCH', '/lines/{name}')).toEqual([]);
    expect([await store.readLineControl('sales'), woken]).toMatchObject([{ paused: true }, []]);
    const form = { ...json, 'content-type': 'application/x-www-form-urlencoded' };
    const resumed = await lambda.ask({
      method: 'PATCH',
      url: '/lines/sales',
      headers: form,
      body: 'paused=false',
    });
    expect(resumed).toMatchObject({ status: 200, body: { paused: false } });
    expect(woken).toEqual(['sales']);
  });

  it('pauses an agent of the pool, of the pattern, or of the route', async () => {
    for (const [line, written, extension] of [
      ['sales', '3200', '3200'],
      ['sales', '3999', '3999'],
      ['service', '3%231', '3#1'],
    ] as const) {
      const answer = await patch(`/lines/${line}/agents/${written}`, { paused: true }, owner);
      expect(answer).toMatchObject({ status: 200, body: { extension, status: 'paused', paused: true } });
      expect(mistakesIn(answer, 'PATCH', '/lines/{name}/agents/{extension}')).toEqual([]);
      expect((await store.readAgents([extension])).get(extension)).toMatchObject({ paused: true });
    }
    const resumed = await patch('/lines/sales/agents/3200', { paused: false });
    expect(resumed.body).toEqual({ extension: '3200', status: 'free', paused: false });
  });

  it.each(['4200', '3200%26PJSIP', '3200%0d%0aAction', '__proto__', `3${'0'.repeat(2_000)}`])(
    'refuses to pause %s, whom no route calls',
    async (extension) => {
      const answer = await patch(`/lines/sales/agents/${extension}`);
      expect([answer.status, codeOf(answer)]).toEqual([403, 'agent-not-allowed']);
      expect(mistakesIn(answer, 'PATCH', '/lines/{name}/agents/{extension}')).toEqual([]);
    },
  );

  it.each([
    '/lines/unused',
    '/lines/gone',
    '/lines/SALES',
    '/lines/__proto__',
    '/lines/constructor',
    '/lines/sales%00',
    '/lines/%E0%A4',
    `/lines/${'s'.repeat(5_000)}`,
    '/lines/sales%2Fagents%2F3200',
  ])('does not know %s', async (url) => {
    for (const answer of [await get(url), await patch(url), await patch(`${url}/agents/3200`)]) {
      expect([answer.status, codeOf(answer)]).toEqual([404, 'not-found']);
      expect(answer.text.length).toBeLessThan(1_000);
    }
  });

  it('shows nothing to a key of other routes, and lets it change nothing', async () => {
    for (const answer of [
      await get('/lines/sales', elsewhere),
      await patch('/lines/sales', { paused: true }, elsewhere),
      await patch('/lines/sales/agents/3200', { paused: true }, elsewhere),
    ]) {
      expect([answer.status, codeOf(answer)]).toEqual([404, 'not-found']);
    }
    expect(await store.readLineControl('sales')).toMatchObject({ paused: false });
    expect((await store.readAgents(['3200'])).get('3200')).toBeUndefined();
  });

  it('wants the scopes read and control', async () => {
    const placer = as('placer', PLACER_SECRET);
    for (const answer of [
      await get('/lines', placer),
      await get('/lines/sales', placer),
      await patch('/lines/sales', { paused: true }, reader),
      await patch('/lines/sales/agents/3200', { paused: true }, reader),
    ]) {
      expect([answer.status, codeOf(answer)]).toEqual([403, 'scope-missing']);
    }
    expect(await store.readLineControl('sales')).toMatchObject({ paused: false });
  });

  it.each<[unknown, string]>([
    [{}, 'paused is missing'],
    [{ paused: 'yes' }, 'paused must be true or false'],
    [{ paused: 1 }, 'paused must be true or false'],
    [{ paused: true, until: 'noon' }, 'until is not known; known are paused'],
  ])('refuses the body %j by name', async (fields, detail) => {
    const answer = await patch('/lines/sales', fields);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request-invalid', detail } });
    expect(mistakesIn(answer, 'PATCH', '/lines/{name}')).toEqual([]);
  });

  it('says so when the store cannot be reached', async () => {
    const { CallbackError } = await import('../../lib/problems/callback-error.ts');
    services.store = async () => {
      throw new CallbackError('store-unreachable', 'The store could not be reached');
    };
    for (const answer of [await get('/lines'), await get('/lines/sales'), await patch('/lines/sales')]) {
      expect([answer.status, codeOf(answer)]).toEqual([503, 'store-unreachable']);
    }
  });

  it('answers which methods the addresses take, and a preflight of a page', async () => {
    const { status, headers } = await lambda.ask({ method: 'DELETE', url: '/lines/sales', headers: bearer });
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD, PATCH']);
    const preflight = await lambda.ask({
      method: 'OPTIONS',
      url: '/lines/sales',
      headers: { origin: 'https://www.example.com', 'access-control-request-method': 'PATCH' },
    });
    expect(preflight).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-methods': 'GET, PATCH' },
    });
  });

  it('logs who paused what', async () => {
    const lines = lambda.listen();
    await patch('/lines/sales/agents/3200');
    expect(lines.map((text) => JSON.parse(text))).toMatchObject([
      { message: 'paused', line: 'sales', agent: '3200', key: 'web' },
    ]);
  });
});
