import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openNumberKeyName } from '../../../lib/store/idempotency-keys.ts';
import { SqliteTable } from '../../../lib/store/sqlite/sqlite-table.ts';
import { NUMBER, openDesk } from '../../support/calls/line-desk.ts';
import { freezeAt } from '../../support/store/frozen-table.ts';

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

  it('gets a new one at once after the old one, although the clock of its process was ahead', async () => {
    const desk = openDesk();
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const first = await desk.accept();
    await desk.cancel(first.callback.id);
    vi.setSystemTime(Date.now() - 2_000);
    const second = await desk.accept();
    expect([second.alreadyOpen, second.callback.status]).toEqual([undefined, 'queued']);
  });

  it('gets a new one once the old one was erased, of which no trace is kept', async () => {
    const desk = openDesk();
    const first = await desk.accept();
    const name = openNumberKeyName('sales', NUMBER);
    expect(await desk.store.readIdempotencyKey(name)).toMatchObject({ id: first.callback.id });
    await desk.store.eraseNumber(NUMBER);
    expect(await desk.store.readIdempotencyKey(name)).toBeUndefined();
    const second = await desk.accept();
    expect(second.alreadyOpen).toBeUndefined();
    expect((await desk.accept()).callback.id).toBe(second.callback.id);
  });

  it('is refused, and nothing rings, while another request may still store its callback', async () => {
    const frozen = freezeAt(new SqliteTable(), { write: 2, isDone: false });
    const first = openDesk({ table: frozen.table });
    const storing = first.accept();
    await frozen.frozen;
    const desk = openDesk({ table: frozen.table, patienceMs: 300 });
    await expect(desk.accept({}, 'k')).rejects.toMatchObject({
      code: 'store-unreachable',
      message: expect.stringContaining('this number'),
    });
    frozen.thaw();
    const { callback } = await storing;
    expect(await desk.accept({}, 'k')).toMatchObject({
      callback: { id: callback.id },
      alreadyOpen: true,
      replayed: false,
    });
  });
});
