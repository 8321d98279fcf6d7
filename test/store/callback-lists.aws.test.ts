import { beforeEach, expect, it } from 'vitest';
import type { NewRecord } from '../../lib/store/callback-record.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { describeOnDatabases, type OpenTable } from '../support/store/databases.ts';
import { claimBy, newRecord } from '../support/store/records.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-28T12:00:00Z');
const everyRoute = () => true;

describeOnDatabases('The lists of callbacks', (fresh) => {
  let store: Store;
  let clock: number;
  let open: OpenTable;
  beforeEach(async () => {
    clock = NOON;
    open = await fresh();
    store = createStore(
      open(() => clock),
      { now: () => clock },
    );
  });

  const save = async (record: NewRecord): Promise<string> => {
    await store.saveCallback(record);
    return record.callback.id;
  };
  const list = { principal: 'keys/web', filters: {}, mayUseRoute: everyRoute, limit: 100 };
  const idsOf = ({ callbacks }: { callbacks: { callback: { id: string } }[] }) =>
    callbacks.map(({ callback }) => callback.id);

  it('lists callbacks of many days newest first, page by page, each once', async () => {
    const saved: string[] = [];
    for (let n = 0; n < 25; n++)
      saved.unshift(await save(newRecord({ createdAt: NOON - (25 - n) * 7 * HOUR })));
    const listed: string[] = [];
    let cursor: string | null | undefined;
    let pages = 0;
    while (cursor !== null) {
      const page = await store.listCallbacks({ ...list, limit: 4, cursor });
      listed.push(...idsOf(page));
      cursor = page.cursor;
      pages += 1;
    }
    expect(listed).toEqual(saved);
    expect(pages).toBeGreaterThanOrEqual(7);
  });

  it('lists callbacks of any age from a given time, for a process that does not know the retention', async () => {
    const now = () => clock;
    const year = createStore(open(now), { now, retentionDays: 365 });
    const record = newRecord({ createdAt: NOON - 200 * 24 * HOUR });
    await year.saveCallback(record);
    const owners = createStore(open(now), { now, keepsRetention: true });
    const filters = { from: NOON - 201 * 24 * HOUR };
    const first = await owners.listCallbacks({ ...list, filters });
    const second = await owners.listCallbacks({ ...list, filters, cursor: first.cursor ?? undefined });
    expect([...idsOf(first), ...idsOf(second)]).toEqual([record.callback.id]);
  });

  it('filters by status, route, agent, line and time', async () => {
    const sales = await save(newRecord({ createdAt: NOON - 3 * HOUR, route: 'sales', agent: '3201' }));
    const lined = await save(newRecord({ createdAt: NOON - 2 * HOUR, line: 'support', dueAt: NOON }));
    const recent = newRecord({ createdAt: NOON - HOUR });
    await store.claimAttempt(recent, claimBy());
    const by = async (filters: Parameters<Store['listCallbacks']>[0]['filters']) =>
      idsOf(await store.listCallbacks({ ...list, filters }));
    expect(await by({ route: 'sales' })).toEqual([sales]);
    expect(await by({ agent: '3201' })).toEqual([sales]);
    expect(await by({ line: 'support' })).toEqual([lined]);
    expect(await by({ status: 'dialing' })).toEqual([recent.callback.id]);
    expect(await by({ status: 'queued', agent: '3200' })).toEqual([lined]);
    expect(await by({ from: NOON - 2 * HOUR, until: NOON - HOUR })).toEqual([lined]);
    expect(await by({ from: NOON - HOUR })).toEqual([recent.callback.id]);
  });

  it('shows only the routes that the principal may use', async () => {
    const sales = await save(newRecord({ createdAt: NOON - HOUR, route: 'sales' }));
    await save(newRecord({ createdAt: NOON - HOUR, route: 'support' }));
    const own = { ...list, mayUseRoute: (route: string) => route === 'sales' };
    expect(idsOf(await store.listCallbacks(own))).toEqual([sales]);
    expect(idsOf(await store.findByNumber({ ...own, number: '+74951234501' }))).toEqual([sales]);
  });

  it('refuses a cursor of another principal, of other filters, and text that is no cursor', async () => {
    for (let n = 1; n <= 3; n++) await save(newRecord({ createdAt: NOON - n * HOUR }));
    const { cursor } = await store.listCallbacks({ ...list, limit: 1 });
    if (cursor === null) throw new Error('no cursor');
    const forged = Buffer.from('["x","9999999999999#"]').toString('base64url');
    const refused = [
      store.listCallbacks({ ...list, cursor, principal: 'keys/other' }),
      store.listCallbacks({ ...list, cursor, filters: { route: 'default' } }),
      store.findByNumber({ ...list, cursor, number: '+74951234501' }),
      ...['', 'x', forged, 'bnVsbA'].map((text) => store.listCallbacks({ ...list, cursor: text })),
    ];
    for (const each of refused) await expect(each).rejects.toMatchObject({ code: 'request-invalid' });
  });

  it('does not list expired, voided and withdrawn callbacks', async () => {
    await save(newRecord({ createdAt: NOON }));
    const withdrawn = await store.claimAttempt(newRecord({ createdAt: NOON }), claimBy('me'));
    if (withdrawn.claimed) await store.withdrawCallback(withdrawn.callback.callback.id, 'me');
    await store.voidCallback(newRecord().callback.id, NOON + HOUR);
    clock += HOUR;
    expect((await store.listCallbacks(list)).callbacks).toHaveLength(1);
    clock += 31 * 24 * HOUR;
    expect(await store.listCallbacks(list)).toEqual({ callbacks: [], cursor: null });
  });

  it('finds and erases the callbacks of a number and leaves those of others', async () => {
    const number = '+74951234502';
    for (let n = 1; n <= 5; n++) await save(newRecord({ createdAt: NOON - n * HOUR, number }));
    const kept = await save(newRecord({ createdAt: NOON - HOUR }));
    const search = { principal: 'keys/web', mayUseRoute: everyRoute, number };
    const first = await store.findByNumber({ ...search, limit: 3 });
    const rest = await store.findByNumber({ ...search, limit: 3, cursor: first.cursor ?? '' });
    expect([first.callbacks.length, rest.callbacks.length, rest.cursor]).toEqual([3, 2, null]);
    const [newest] = first.callbacks;
    if (!newest) throw new Error('nothing found');

    expect(await store.eraseNumber(number)).toBe(5);
    expect(await store.eraseNumber(number)).toBe(0);
    expect((await store.findByNumber({ ...search, limit: 3 })).callbacks).toEqual([]);
    expect(idsOf(await store.listCallbacks(list))).toEqual([kept]);
    const { id } = newest.callback;
    expect([await store.readCallback(id), await store.wasErased(id)]).toEqual([undefined, true]);
    expect(await store.claimAttempt(newest, claimBy())).toMatchObject({ claimed: false });
  });

  it('lists the callbacks of a line by what a runner does with them', async () => {
    const due = (minutes: number, more: { priority?: number; status?: 'scheduled' } = {}) =>
      newRecord({ createdAt: NOON, line: 'sales', dueAt: NOON + minutes * 60_000, ...more });
    const normal = due(-5);
    const urgent = due(0, { priority: 1 });
    const lowest = due(-100, { priority: 9 });
    const later = due(1, { status: 'scheduled', priority: 1 });
    const tomorrow = due(24 * 60, { status: 'scheduled' });
    const claimed = due(-50);
    for (const record of [normal, later, urgent, lowest, claimed, tomorrow]) await save(record);
    await save(newRecord({ createdAt: NOON, line: 'support', dueAt: NOON - 1 }));
    const read = await store.readCallback(claimed.callback.id);
    if (read) await store.claimAttempt(read, claimBy());

    const idsOfLine = (entries: { id: string }[]) => entries.map(({ id }) => id);
    const ids = (...records: (typeof normal)[]) => records.map(({ callback }) => callback.id);
    expect(idsOfLine(await store.listQueued('sales', 100))).toEqual(ids(lowest, urgent, normal));
    expect(idsOfLine(await store.listScheduled('sales', NOON + 60_000, 100))).toEqual(ids(later));
    expect(idsOfLine(await store.listOpen('sales'))).toEqual(ids(claimed));
    expect((await store.listQueued('sales', 1)).map(({ agent, dueAt }) => [agent, dueAt])).toEqual([
      ['3200', NOON - 100 * 60_000],
    ]);
  });
});
