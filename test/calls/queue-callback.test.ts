import { describe, expect, it } from 'vitest';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { callStatus, cancelCall } from '../../lib/calls/control-callback.ts';
import { placeOnce } from '../../lib/calls/place-once.ts';
import { queueCallback } from '../../lib/calls/queue-callback.ts';
import type { Services } from '../../lib/calls/services.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { SqliteTable } from '../../lib/store/sqlite/sqlite-table.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { storeUnreachable } from '../../lib/store/store-unreachable.ts';

const NUMBER = '+74951234567';

interface Options {
  line?: object;
  route?: object;
  store?: (real: Store) => Partial<Store>;
}

/** Accepts requests for a line in memory. There is no PBX. */
function openDesk({ line = {}, route = {}, store: change = () => ({}) }: Options = {}) {
  const settings = parseSettings({
    'pbx/main/url': 'http://127.0.0.1:1',
    'pbx/main/username': 'callback',
    'pbx/main/secret': 'simulated-secret',
    'keys/web': { secret: 'a-secret-of-enough-letters-0123456789' },
    'lines/sales': { capacity: 4, ...line },
    'routes/default': {
      channel: 'PJSIP/{agent}',
      context: 'out',
      to: { allow: ['+7'] },
      line: 'sales',
      ...route,
    },
  });
  const real = createStore(new SqliteTable());
  const store = { ...real, ...change(real) };
  const woken: string[] = [];
  const services = {
    settings: { get: async () => settings, refresh: async () => settings },
    store: async () => store,
    wakeLine: async (name: string) => void woken.push(name),
  } as unknown as Services;
  const accept = async (fields: object = {}, key?: string) => {
    const parsed = parseCallbackRequest({ to: NUMBER, agent: '3200', ...fields });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    const { request } = parsed;
    const defaultRoute = settings.routes['default'];
    if (!defaultRoute) throw new Error('no route');
    const deadline = Deadline.in(5_000);
    const options = {
      principal: 'keys/web',
      deadline,
      settings,
      route: defaultRoute,
      line: defaultRoute.line ?? '',
    };
    if (key === undefined)
      return {
        ...(await queueCallback(services, request, { ...options, id: newCallbackId() })),
        replayed: false,
      };
    const idempotency = { principal: 'keys/web' as const, key };
    return await placeOnce(
      services,
      { idempotency, fingerprint: JSON.stringify(fields), until: deadline },
      (hold) => queueCallback(services, request, { ...options, id: hold.id, hold }),
    );
  };
  const control = { deadline: Deadline.in(5_000), mayUseRoute: () => true };
  return {
    accept,
    woken,
    store: real,
    show: (id: string) => callStatus(services, id, control),
    cancel: (id: string) => cancelCall(services, id, control),
  };
}

describe('A callback of a route with a line', () => {
  it('is stored for its runner, which is woken', async () => {
    const desk = openDesk();
    const { callback } = await desk.accept();
    expect(callback).toMatchObject({
      status: 'queued',
      line: 'sales',
      priority: 5,
      to: NUMBER,
      attempts: [],
    });
    expect(Date.parse(callback.expiresAt ?? '') - Date.parse(callback.dueAt ?? '')).toBe(3_600_000);
    expect(desk.woken).toEqual(['sales']);
    expect((await desk.store.listQueued('sales', 10)).map(({ id }) => id)).toEqual([callback.id]);
    expect(await desk.show(callback.id)).toMatchObject({ status: 'queued', live: false });
  });

  it('is scheduled if it is due later, and wakes nobody yet', async () => {
    const desk = openDesk();
    const { callback } = await desk.accept({ delaySeconds: 600, priority: 2 });
    expect(callback).toMatchObject({ status: 'scheduled', priority: 2 });
    expect(desk.woken).toEqual([]);
    expect(await desk.store.listQueued('sales', 10)).toEqual([]);
  });

  it.each([
    ['wait', { wait: 'answered' }, {}, 'request-invalid'],
    ['a number that the route does not allow', { to: '+12124567890' }, {}, 'destination-not-allowed'],
    ['an agent beside a pool', {}, { pool: ['3201'] }, 'agent-not-allowed'],
    ['a line that the settings lack', {}, { line: 'support' }, 'line-unknown'],
  ])('is refused for %s, and nothing is stored', async (_what, fields, route, code) => {
    const desk = openDesk({ route });
    await expect(desk.accept(fields)).rejects.toMatchObject({ code });
    expect(await desk.store.listQueued('sales', 10)).toEqual([]);
  });

  it('has no agent before the pool has chosen one', async () => {
    const desk = openDesk({ route: { pool: ['boss', '3201'] } });
    const { callback } = await desk.accept({ agent: undefined });
    expect(callback).toMatchObject({ status: 'queued', agent: '' });
  });

  it('is repeated as it is now by the same key, and refused with another request', async () => {
    const desk = openDesk({ line: { oneOpenPerNumber: false } });
    const first = await desk.accept({}, 'order-1');
    const again = await desk.accept({}, 'order-1');
    expect([again.callback.id, again.replayed]).toEqual([first.callback.id, true]);
    await expect(desk.accept({ metadata: { a: 'b' } }, 'order-1')).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    expect(await desk.store.listQueued('sales', 10)).toHaveLength(1);
  });
});

describe('A number with an open callback on its line', () => {
  it('gets that one, also when ten requests come at once', async () => {
    const desk = openDesk();
    const answers = await Promise.all(Array.from({ length: 10 }, () => desk.accept()));
    expect(new Set(answers.map(({ callback }) => callback.id)).size).toBe(1);
    expect(answers.filter(({ alreadyOpen }) => alreadyOpen)).toHaveLength(9);
    expect(await desk.store.listQueued('sales', 10)).toHaveLength(1);
  });

  it('is told so again by a repeat with the same key', async () => {
    const desk = openDesk();
    const open = await desk.accept();
    const answers = [await desk.accept({}, 'k'), await desk.accept({}, 'k')];
    for (const { callback, alreadyOpen } of answers) {
      expect(callback.id).toBe(open.callback.id);
      expect(alreadyOpen).toBe(true);
    }
    expect(answers.map(({ replayed }) => replayed)).toEqual([false, true]);
  });

  it('gets a new one once the old one is over, or where the line allows several', async () => {
    const desk = openDesk();
    const first = await desk.accept();
    await desk.cancel(first.callback.id);
    const second = await desk.accept();
    expect(second.callback.id).not.toBe(first.callback.id);
    const several = openDesk({ line: { oneOpenPerNumber: false } });
    await several.accept();
    await several.accept();
    expect(await several.store.listQueued('sales', 10)).toHaveLength(2);
  });

  it('is free again after a request that a limit refused', async () => {
    const desk = openDesk({ route: { limits: { perNumberPerDay: 1 } } });
    const first = await desk.accept();
    await desk.cancel(first.callback.id);
    await expect(desk.accept()).rejects.toMatchObject({ code: 'limit-reached' });
    await expect(desk.accept()).rejects.toMatchObject({ code: 'limit-reached' });
  });

  it('counts once towards the limits, however often it is asked for', async () => {
    const desk = openDesk({ route: { limits: { perNumberPerDay: 1 } } });
    const answers = [await desk.accept(), await desk.accept(), await desk.accept()];
    expect(answers.map(({ alreadyOpen = false }) => alreadyOpen)).toEqual([false, true, true]);
  });
});

describe('A DELETE of a callback that waits', () => {
  it('cancels it before it rings, and answers the same again', async () => {
    const desk = openDesk();
    const { callback } = await desk.accept();
    const canceled = await desk.cancel(callback.id);
    expect(canceled).toMatchObject({ status: 'canceled', attempts: [] });
    expect(await desk.cancel(callback.id)).toEqual(canceled);
    expect(await desk.store.listQueued('sales', 10)).toEqual([]);
  });

  it('is refused once it has ended by itself', async () => {
    const desk = openDesk();
    const { callback } = await desk.accept();
    const record = await desk.store.readCallback(callback.id);
    if (!record) throw new Error('no record');
    await desk.store.changeCallback(record, (now) => ({
      ...now,
      callback: { ...now.callback, status: 'expired' },
      endedAt: Date.now(),
    }));
    await expect(desk.cancel(callback.id)).rejects.toMatchObject({ code: 'callback-ended' });
  });
});

describe('When the store fails while a callback is stored', () => {
  const fail = async (): Promise<never> => {
    throw storeUnreachable(new Error('injected'));
  };

  it('nothing is accepted, and the same key can be sent again', async () => {
    let fails = 1;
    const desk = openDesk({
      store: (real) => ({
        saveCallback: (record) => (fails-- > 0 ? fail() : real.saveCallback(record)),
      }),
    });
    await expect(desk.accept({}, 'k')).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(await desk.accept({}, 'k')).toMatchObject({ replayed: false, callback: { status: 'queued' } });
    expect(await desk.store.listQueued('sales', 10)).toHaveLength(1);
  });

  it('a callback that was stored although the reply was lost is accepted', async () => {
    const desk = openDesk({
      store: (real) => ({
        saveCallback: async (record) => {
          await real.saveCallback(record);
          return await fail();
        },
      }),
    });
    const { callback } = await desk.accept({}, 'k');
    expect((await desk.store.listQueued('sales', 10)).map(({ id }) => id)).toEqual([callback.id]);
  });

  it('the answer says that nobody knows, and a repeat with the key stores no second one', async () => {
    let isDown = true;
    const desk = openDesk({
      store: (real) => ({
        saveCallback: async (record) => {
          await real.saveCallback(record);
          return isDown ? await fail() : undefined;
        },
        voidCallback: (...args) => (isDown ? fail() : real.voidCallback(...args)),
      }),
    });
    await expect(desk.accept({}, 'k')).rejects.toMatchObject({
      code: 'outcome-unknown',
      callback: { status: 'unknown' },
    });
    isDown = false;
    expect(await desk.accept({}, 'k')).toMatchObject({ replayed: true });
    expect(await desk.store.listQueued('sales', 10)).toHaveLength(1);
  });
});
