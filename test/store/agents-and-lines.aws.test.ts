import { beforeEach, expect, it } from 'vitest';
import { createStore, type Store } from '../../lib/store/store.ts';
import { describeOnDatabases } from '../support/store/databases.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const first = { callback: 'cb_1', attempt: 1 };
const second = { callback: 'cb_2', attempt: 1 };

describeOnDatabases('The agents in the store', (fresh) => {
  let store: Store;
  beforeEach(async () => {
    const open = await fresh();
    store = createStore(open(() => NOW));
  });

  it('belong to one attempt at a time', async () => {
    expect((await store.takeAgent('3200', first, { at: NOW })).taken).toBe(true);
    expect((await store.takeAgent('3200', first, { at: NOW })).taken).toBe(true);
    const refused = await store.takeAgent('3200', second, { at: NOW });
    expect(refused).toMatchObject({ taken: false, agent: { holder: first } });
    expect((await store.takeAgent('3201', second, { at: NOW })).taken).toBe(true);
  });

  it('are given to one of twenty attempts that want them at once', async () => {
    const racers = Array.from({ length: 20 }, (_, index) => ({ callback: `cb_${index}`, attempt: 1 }));
    const results = await Promise.all(racers.map((each) => store.takeAgent('3200', each, { at: NOW })));
    expect(results.filter(({ taken }) => taken)).toHaveLength(1);
  });

  it('are free again once their attempt releases them, after a rest', async () => {
    await store.takeAgent('3200', first, { at: NOW });
    await store.releaseAgent('3200', second);
    expect((await store.takeAgent('3200', second, { at: NOW })).taken).toBe(false);
    await store.releaseAgent('3200', first, { restUntil: NOW + 10, lastTalkEndedAt: NOW });
    expect((await store.takeAgent('3200', second, { at: NOW })).taken).toBe(false);
    expect((await store.takeAgent('3200', second, { at: NOW + 10 })).taken).toBe(true);
    expect((await store.readAgents(['3200', '3201'])).get('3200')).toMatchObject({ lastTalkEndedAt: NOW });
  });

  it('are taken from an attempt that the caller knows to be over, and from no other', async () => {
    await store.takeAgent('3200', first, { at: NOW });
    const wrong = { callback: 'cb_1', attempt: 2 };
    expect((await store.takeAgent('3200', second, { at: NOW, over: wrong })).taken).toBe(false);
    expect((await store.takeAgent('3200', second, { at: NOW, over: first })).taken).toBe(true);
  });

  it('are not freed by a runner that took them for the same attempt before', async () => {
    const [old, next] = [
      { ...first, owner: 'old' },
      { ...first, owner: 'next' },
    ];
    await store.takeAgent('3200', old, { at: NOW });
    expect((await store.takeAgent('3200', next, { at: NOW })).taken).toBe(false);
    expect((await store.takeAgent('3200', next, { at: NOW, over: old })).taken).toBe(true);
    await store.releaseAgent('3200', old);
    expect((await store.takeAgent('3200', second, { at: NOW })).taken).toBe(false);
    await store.releaseAgent('3200', first);
    expect((await store.takeAgent('3200', second, { at: NOW })).taken).toBe(true);
  });

  it('are not taken while they are paused', async () => {
    await store.pauseAgent('3200', true);
    expect((await store.takeAgent('3200', first, { at: NOW })).taken).toBe(false);
    await store.pauseAgent('3200', false);
    expect((await store.takeAgent('3200', first, { at: NOW })).taken).toBe(true);
  });
});

describeOnDatabases('The control of a line in the store', (fresh) => {
  it('keeps the pause and counts cancel requests', async () => {
    const store = createStore((await fresh())(() => NOW));
    expect(await store.readLineControl('sales')).toEqual({ paused: false, cancels: 0 });
    await store.pauseLine('sales', true);
    await Promise.all(Array.from({ length: 10 }, () => store.announceCancel('sales')));
    // A repeated write may count one more.
    const { paused, cancels } = await store.readLineControl('sales');
    expect(paused && cancels >= 10).toBe(true);
    expect(await store.readLineControl('support')).toEqual({ paused: false, cancels: 0 });
  });
});
