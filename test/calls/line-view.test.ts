import { describe, expect, it } from 'vitest';
import { type KnownLine, viewLine } from '../../lib/calls/line-view.ts';
import { SqliteTable } from '../../lib/store/sqlite/sqlite-table.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { observe } from '../../lib/store/transitions.ts';
import { newRecord } from '../support/store/records.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const SECOND = 1_000;

const newStore = (): Store => createStore(new SqliteTable({ now: () => NOW }), { now: () => NOW });
const view = (store: Store, line: Partial<KnownLine> = {}) =>
  viewLine(store, { name: 'sales', capacity: 4, agents: [], mayUseRoute: () => true, ...line }, NOW);

interface Wanted {
  /** Seconds from now. */
  due?: number;
  expires?: number;
  agent?: string;
  route?: string;
  status?: 'queued' | 'scheduled';
}

async function accept(store: Store, { due = 0, expires = 3600, ...wanted }: Wanted = {}) {
  const record = newRecord({ createdAt: NOW, line: 'sales', dueAt: NOW + due * SECOND, ...wanted });
  const saved = await store.saveCallback({ ...record, expiresAt: NOW + expires * SECOND });
  if (!saved) throw new Error('the id is taken');
  return saved;
}

async function ring(store: Store, wanted: Wanted & { agent: string }) {
  const record = await accept(store, wanted);
  const claim = { owner: 'runner', pbx: 'main', agent: wanted.agent, at: NOW };
  const { callback } = await store.claimAttempt(record, claim).then((result) => {
    if (!result.claimed) throw new Error('the claim was refused');
    return result;
  });
  return callback;
}

describe('The view of a line', () => {
  it('shows an empty line that no runner works', async () => {
    expect(await view(newStore())).toEqual({
      name: 'sales',
      paused: false,
      capacity: 4,
      slotsInUse: 0,
      agents: [],
      due: 0,
      scheduled: 0,
      oldestWaitSeconds: null,
      runner: null,
    });
  });

  it('counts what waits, what comes later, and the slots in use', async () => {
    const store = newStore();
    await accept(store, { due: -90 });
    await accept(store, { due: -5 });
    await accept(store, { due: 600, status: 'scheduled' });
    await ring(store, { agent: '3200' });
    expect(await view(store)).toMatchObject({
      slotsInUse: 1,
      due: 2,
      scheduled: 1,
      oldestWaitSeconds: 90,
    });
  });

  it('counts a scheduled callback as due once its time has come, also if no runner has marked it', async () => {
    const store = newStore();
    await accept(store, { due: -30, status: 'scheduled' });
    expect(await view(store)).toMatchObject({ due: 1, scheduled: 0, oldestWaitSeconds: 30 });
  });

  it('shows no negative wait when the clock of another process is ahead', async () => {
    const store = newStore();
    await accept(store, { due: 2 });
    expect(await view(store)).toMatchObject({ due: 1, oldestWaitSeconds: 0 });
  });

  it('does not count an expired callback as due, also if no runner has marked it', async () => {
    const store = newStore();
    await accept(store, { due: -30, expires: -1 });
    expect(await view(store)).toMatchObject({ due: 0, oldestWaitSeconds: null });
  });

  it('counts no more than 1,000 callbacks', async () => {
    const store = newStore();
    await Promise.all(Array.from({ length: 1_100 }, () => accept(store)));
    expect((await view(store)).due).toBe(1_000);
  });

  it('shows the runner as long as its lease holds', async () => {
    const store = newStore();
    await store.takeLease('line/sales', 'runner-1', 30 * SECOND);
    expect((await view(store)).runner).toEqual({ id: 'runner-1', until: '2026-11-28T12:00:30.000Z' });
    const line = { name: 'sales', capacity: 4, agents: [], mayUseRoute: () => true };
    expect((await viewLine(store, line, NOW + 31 * SECOND)).runner).toBeNull();
  });

  it('shows the pause of the line', async () => {
    const store = newStore();
    await store.pauseLine('sales', true);
    expect((await view(store)).paused).toBe(true);
  });

  it('shows agents who are free, talk, wrap up or are paused', async () => {
    const store = newStore();
    const { callback } = await ring(store, { agent: '3200' });
    await store.takeAgent('3201', { callback: 'cb_1', attempt: 1 }, { at: NOW });
    await store.releaseAgent('3201', { callback: 'cb_1', attempt: 1 }, { restUntil: NOW + 20 * SECOND });
    await store.pauseAgent('3202', true);
    expect((await view(store, { agents: ['3203', '3202', '3201', '3200'] })).agents).toEqual([
      { extension: '3203', status: 'free', paused: false },
      { extension: '3202', status: 'paused', paused: true },
      { extension: '3201', status: 'wrap-up', paused: false, until: '2026-11-28T12:00:20.000Z' },
      { extension: '3200', status: 'talking', paused: false, callback: callback.id },
    ]);
  });

  it('shows an agent who talks on another line as talking, and only as long as that attempt is open', async () => {
    const store = newStore();
    const record = await ring(store, { agent: '3200' });
    const holder = { callback: record.callback.id, attempt: 1 };
    await store.takeAgent('3200', holder, { at: NOW });
    const other = { name: 'service', agents: ['3200'] };
    expect((await view(store, other)).agents).toEqual([
      { extension: '3200', status: 'talking', paused: false },
    ]);
    await store.changeCallback(record, (now) => {
      const ended = observe(now, { seen: { status: 'busy' }, at: NOW });
      return 'record' in ended ? ended.record : undefined;
    });
    expect((await view(store, other)).agents).toEqual([{ extension: '3200', status: 'free', paused: false }]);
  });

  it('says of a paused agent who still talks both', async () => {
    const store = newStore();
    await ring(store, { agent: '3200' });
    await store.pauseAgent('3200', true);
    expect((await view(store)).agents).toMatchObject([{ status: 'talking', paused: true }]);
  });

  it('names the agents of callbacks after those of the settings, 200 at most', async () => {
    const store = newStore();
    await accept(store, { agent: '3301' });
    await accept(store, { agent: '3300' });
    const extensions = async (agents: readonly string[]) =>
      (await view(store, { agents })).agents.map(({ extension }) => extension);
    expect(await extensions(['3300'])).toEqual(['3300', '3301']);
    const many = Array.from({ length: 250 }, (_, index) => String(4000 + index));
    expect(await extensions(many)).toHaveLength(200);
  });

  it('shows nothing of callbacks of routes that the caller may not use, but counts them', async () => {
    const store = newStore();
    await ring(store, { agent: '3200', route: 'secret' });
    await accept(store, { agent: '3201', route: 'secret' });
    const mayUseRoute = (route: string): boolean => route !== 'secret';
    expect(await view(store, { mayUseRoute })).toMatchObject({ slotsInUse: 1, due: 1, agents: [] });
    expect((await view(store, { mayUseRoute, agents: ['3200'] })).agents).toEqual([
      { extension: '3200', status: 'talking', paused: false },
    ]);
  });
});
