import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Services } from '../../lib/calls/services.ts';
import { SqliteTable } from '../../lib/store/sqlite/sqlite-table.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { type CallbackFunction, codeOf, openCallbackFunction } from '../support/http/callback-function.ts';
import { mistakesIn } from '../support/http/described.ts';
import { json, settingsFor } from '../support/http/settings.ts';

const nowhere = settingsFor({ url: 'http://127.0.0.1:1', username: 'callback', secret: 'x' });
const route = nowhere['routes/default'];
/** Opens for a minute a week, on another day. */
const closed = nowhere['routes/night'].hours;
const settings = {
  ...nowhere,
  'lines/sales': { capacity: 4 },
  'routes/sales': { ...route, line: 'sales' },
  'routes/closed': { ...route, line: 'sales', hours: closed },
  'routes/patient': { ...route, line: 'sales', hours: closed, outsideHours: 'schedule' },
  'keys/web': { secret: nowhere['keys/web'].secret },
};
const MINUTE = 60_000;
const DAY = 86_400_000;
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('The time of a callback over HTTP', () => {
  let lambda: CallbackFunction;
  let store: Store;
  let services: Services;
  beforeAll(async () => {
    lambda = await openCallbackFunction(settings);
    ({ services } = await import('../../lib/calls/services.ts'));
  });
  afterAll(() => lambda[Symbol.asyncDispose]());
  beforeEach(() => {
    store = createStore(new SqliteTable());
    services.store = async () => store;
  });

  const ask = (fields: object, headers: Record<string, string> = json) => {
    const body = JSON.stringify({ to: '+74951234567', agent: '3200', route: 'sales', ...fields });
    return lambda.ask({ method: 'POST', url: '/callbacks', headers, body });
  };

  it.each<[what: string, fields: () => object, status: number, code: string, says: RegExp]>([
    [
      'of the past',
      () => ({ at: inMs(-2 * MINUTE) }),
      422,
      'time-invalid',
      /at is in the past\. Send a time in the future/,
    ],
    [
      '31 days ahead',
      () => ({ at: inMs(31 * DAY) }),
      422,
      'time-invalid',
      /Send a time within the next 30 days/,
    ],
    [
      'without an offset',
      () => ({ at: '2026-12-01T09:00:00' }),
      400,
      'request-invalid',
      /with an offset, such as/,
    ],
    [
      'on a route without a line',
      () => ({ at: inMs(MINUTE), route: 'default' }),
      422,
      'line-required',
      /Leave out at, or use a route with a line/,
    ],
    [
      'beside delaySeconds',
      () => ({ at: inMs(MINUTE), delaySeconds: 60 }),
      422,
      'time-invalid',
      /comes beside delaySeconds.*Leave one of them out/,
    ],
    [
      'outside the hours',
      () => ({ route: 'closed', at: inMs(MINUTE) }),
      403,
      'outside-hours',
      /It opens next/,
    ],
  ])('refuses one %s, says what to do, and stores nothing', async (_, fields, status, code, says) => {
    const answer = await ask(fields());
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(answer.body['detail']).toMatch(says);
    const { callbacks } = (await lambda.ask({ url: '/callbacks', headers: json })).body;
    expect(callbacks).toEqual([]);
  });

  it('accepts one, and the description says what comes back', async () => {
    const at = inMs(DAY);
    const answer = await ask({ at, priority: 1, expiresAt: inMs(2 * DAY) });
    expect(answer).toMatchObject({ status: 202, body: { status: 'scheduled', dueAt: at, priority: 1 } });
    expect(mistakesIn(answer, 'post', '/callbacks')).toEqual([]);
  });

  it('makes a callback due at the next opening of a route that schedules', async () => {
    const { status, body } = await ask({ route: 'patient' });
    expect([status, body['status']]).toEqual([202, 'scheduled']);
    const due = new Date(String(body['dueAt']));
    expect([due.getUTCDay(), due.toISOString().slice(11)]).toEqual([
      (closed.days[0] ?? 0) % 7,
      '00:00:00.000Z',
    ]);
  });

  it('reads an offset with a bare + in a form', async () => {
    const body = `to=%2B74951234567&agent=3200&route=sales&priority=2&at=${inMs(DAY).replace('Z', '+00:00')}`;
    const headers = { ...json, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await lambda.ask({ method: 'POST', url: '/callbacks', headers, body });
    expect(answer).toMatchObject({ status: 202, body: { status: 'scheduled', priority: 2 } });
  });

  it('repeats the first response for the same key after the time has passed', async () => {
    const headers = { ...json, 'idempotency-key': 'order-17' };
    const fields = { at: inMs(500) };
    const first = await ask(fields, headers);
    const now = Date.now;
    Date.now = () => now() + 10 * MINUTE;
    try {
      const again = await ask(fields, headers);
      expect([again.status, again.body['id']]).toEqual([202, first.body['id']]);
    } finally {
      Date.now = now;
    }
  });
});
