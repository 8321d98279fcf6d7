import { describe, expect, it } from 'vitest';
import { storeUnreachable } from '../../lib/store/item-table.ts';
import { NUMBER, openDesk } from '../support/calls/line-desk.ts';

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

  /** The reply to the write of the callback is lost, and then the store is down. */
  const openUnsure = (oneOpenPerNumber: boolean) => {
    const database = { isDown: true };
    const desk = openDesk({
      line: { oneOpenPerNumber },
      store: (real) => ({
        saveCallback: async (record) => {
          await real.saveCallback(record);
          return database.isDown ? await fail() : undefined;
        },
        voidCallback: (...args) => (database.isDown ? fail() : real.voidCallback(...args)),
      }),
    });
    return { ...desk, database };
  };

  it.each([
    ['with its key', false, 'k'],
    ['for its number', true, undefined],
  ])(
    'a request that nobody knows the outcome of may be repeated %s, and is stored once',
    async (_, one, key) => {
      const { accept, store, database } = openUnsure(one);
      const refused = await accept({}, key).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'store-unreachable', callback: { status: 'unknown' } });
      database.isDown = false;
      const { callback } = await accept({}, key);
      expect(refused).toMatchObject({ callback: { id: callback.id } });
      expect(await store.listQueued('sales', 10)).toHaveLength(1);
    },
  );

  it('a request without a key must not be repeated where a number may have several callbacks', async () => {
    await expect(openUnsure(false).accept()).rejects.toMatchObject({
      code: 'outcome-unknown',
      callback: { status: 'unknown' },
    });
  });
});
