import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SqliteTable } from '../../lib/store/sqlite/sqlite-table.ts';
import { openDesk } from '../support/calls/line-desk.ts';
import { freezeAt } from '../support/store/frozen-table.ts';

const LATER_MS = 25_000;
const route = { limits: { perNumberPerDay: 2, perMinute: 100 } };

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

// The key, the claim of the number, the counter of the number, that of the route, and the record.
const WRITES = 5;
const points = Array.from({ length: WRITES }, (_, index) => index + 1).flatMap((write) => [
  { write, isDone: false },
  { write, isDone: true },
]);

it('An accepted callback takes as many writes as these tests interrupt', async () => {
  const counted = freezeAt(new SqliteTable(), { write: 0, isDone: true });
  await openDesk({ table: counted.table, route }).accept({}, 'order-1');
  expect(counted.writes()).toBe(WRITES);
});

it.each(points)(
  'One callback is stored if the process that accepts it stops at write $write (done: $isDone), and goes on after another took over',
  async (at) => {
    const table = new SqliteTable();
    const frozen = freezeAt(table, at);
    const first = openDesk({ table: frozen.table, route });
    const late = first.accept({}, 'order-1').catch((error: unknown) => error);
    await frozen.frozen;
    vi.setSystemTime(Date.now() + LATER_MS);

    const desk = openDesk({ table, route });
    const [repeat, other] = await Promise.all([desk.accept({}, 'order-1'), desk.accept({}, 'order-2')]);
    expect(other.callback.id).toBe(repeat.callback.id);

    frozen.thaw();
    const answer = await late;
    if (answer instanceof Error) expect(answer).toMatchObject({ code: 'store-unreachable' });
    else expect(answer).toMatchObject({ callback: { id: repeat.callback.id } });

    const again = await desk.accept();
    expect([again.callback.id, again.alreadyOpen]).toEqual([repeat.callback.id, true]);
    expect((await desk.accept({}, 'order-1')).callback.id).toBe(repeat.callback.id);
    expect((await desk.store.listQueued('sales', 10)).map(({ id }) => id)).toEqual([repeat.callback.id]);
  },
);
