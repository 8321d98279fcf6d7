import { beforeEach, expect, it } from 'vitest';
import { createStore, type Store } from '../../lib/store/store.ts';
import { describeOnDatabases, type OpenTable } from '../support/store/databases.ts';
import { claimBy, newRecord } from '../support/store/records.ts';

const DAY = 86_400_000;
const seen = (status: 'queued' | 'ringing' | 'completed' | 'unknown') => ({
  seen: { status },
  at: Date.now(),
});

describeOnDatabases('The store of callbacks', (fresh) => {
  let open: OpenTable;
  let store: Store;
  let other: Store;
  beforeEach(async () => {
    open = await fresh();
    store = createStore(open());
    other = createStore(open());
  });

  const claimed = async (record = newRecord(), claim = claimBy()) => {
    const result = await store.claimAttempt(record, claim);
    if (!result.claimed) throw new Error(`not claimed: ${result.why}`);
    return { callback: result.callback, owner: claim.owner, id: record.callback.id };
  };

  it('saves and claims a new callback in one write, with the PBX and the owner', async () => {
    const { callback, owner, id } = await claimed();
    expect(callback).toMatchObject({
      callback: { status: 'dialing', pbx: 'main' },
      attempts: [{ number: 1, owner, pbx: 'main', status: 'dialing' }],
      revision: 2,
    });
    expect(await other.readCallback(id)).toEqual(callback);
  });

  it('lets one of twenty processes claim an attempt', async () => {
    const record = await store.saveCallback(newRecord());
    if (!record) throw new Error('not saved');
    const claims = Array.from({ length: 20 }, () => claimBy());
    const results = await Promise.all(
      claims.map((claim, n) => (n % 2 ? store : other).claimAttempt(record, claim)),
    );
    const winners = results.flatMap((result, n) => (result.claimed ? [claims[n]?.owner] : []));
    expect(winners).toHaveLength(1);
    expect(results.filter((each) => !each.claimed && each.why === 'claimed')).toHaveLength(19);
    expect((await store.readCallback(record.callback.id))?.attempts.map(({ owner }) => owner)).toEqual(
      winners,
    );
  });

  it('grants the same claim again to its owner', async () => {
    const { callback, owner } = await claimed();
    expect(await other.claimAttempt(callback, claimBy(owner))).toMatchObject({ claimed: true });
  });

  it('never claims a voided id, and never voids a claimed one', async () => {
    const record = newRecord();
    expect(await store.voidCallback(record.callback.id, Date.now() + DAY)).toBeUndefined();
    expect(await other.claimAttempt(record, claimBy())).toMatchObject({ claimed: false, why: 'void' });
    expect(await store.readCallback(record.callback.id)).toBeUndefined();
    const { callback, id } = await claimed();
    expect(await other.voidCallback(id, Date.now() + DAY)).toEqual(callback);
  });

  it('lets exactly one of a claim and a void succeed, a hundred times', async () => {
    for (let round = 0; round < 100; round++) {
      const record = newRecord();
      const [claim, found] = await Promise.all([
        store.claimAttempt(record, claimBy()),
        other.voidCallback(record.callback.id, Date.now() + DAY),
      ]);
      expect(claim.claimed).toBe(found !== undefined);
    }
  });

  it('records what the owner and others see, forwards only', async () => {
    const { callback, owner, id } = await claimed();
    const ringing = await store.recordOutcome(callback, { ...seen('ringing'), owner });
    expect(ringing).toMatchObject({ callback: { status: 'ringing' }, revision: 3 });
    await other.recordOutcome(callback, seen('queued'));
    expect((await store.readCallback(id))?.callback.status).toBe('ringing');
    await other.recordOutcome(callback, seen('completed'));
    await store.recordOutcome(callback, { ...seen('ringing'), owner });
    const ended = await store.readCallback(id);
    expect(ended).toMatchObject({ callback: { status: 'completed' }, attempts: [{ status: 'completed' }] });
    expect(ended?.endedAt).toBeGreaterThan(0);
  });

  it('records nothing for a process that does not own the attempt', async () => {
    const { callback, id } = await claimed();
    await other.recordOutcome(callback, { ...seen('completed'), owner: 'another' });
    expect((await store.readCallback(id))?.callback.status).toBe('dialing');
  });

  it('lets an unknown outcome become known later', async () => {
    const { callback, owner, id } = await claimed();
    await store.recordOutcome(callback, { ...seen('unknown'), owner });
    await other.recordOutcome(callback, seen('ringing'));
    const alive = await store.readCallback(id);
    expect(alive).toMatchObject({ callback: { status: 'ringing' } });
    expect(alive?.endedAt).toBeUndefined();
  });

  it('moves a claimed attempt to another PBX until Asterisk has replied', async () => {
    const { callback, owner, id } = await claimed();
    expect(await store.moveAttempt(callback, { owner, pbx: 'second', at: Date.now() })).toBeDefined();
    expect(await other.moveAttempt(callback, { owner: 'another', pbx: 'third', at: 1 })).toBeUndefined();
    await store.recordOutcome(callback, { ...seen('queued'), owner });
    expect(await store.moveAttempt(callback, { owner, pbx: 'third', at: 1 })).toBeUndefined();
    expect((await store.readCallback(id))?.attempts.map(({ pbx }) => pbx)).toEqual(['second']);
  });

  it('cancels what was not claimed, and asks the owner of what was', async () => {
    const at = Date.now();
    const waiting = await store.saveCallback(newRecord());
    if (!waiting) throw new Error('not saved');
    expect(await other.cancelCallback(waiting, at)).toMatchObject({
      callback: { status: 'canceled' },
      endedAt: at,
    });
    expect(await store.claimAttempt(waiting, claimBy())).toMatchObject({ claimed: false, why: 'ended' });
    const { callback } = await claimed();
    expect(await other.cancelCallback(callback, at)).toMatchObject({
      callback: { status: 'dialing' },
      cancelRequestedAt: at,
    });
  });

  it('lets exactly one of a cancel and a claim be first, a hundred times', async () => {
    for (let round = 0; round < 100; round++) {
      const record = await store.saveCallback(newRecord());
      if (!record) throw new Error('not saved');
      const [claim, cancelled] = await Promise.all([
        store.claimAttempt(record, claimBy()),
        other.cancelCallback(record, Date.now()),
      ]);
      expect(cancelled?.callback.status).toBe(claim.claimed ? 'dialing' : 'canceled');
    }
  });

  it('withdraws the record of an attempt that its owner did not send', async () => {
    const { owner, id } = await claimed();
    await other.withdrawCallback(id, 'another');
    expect(await store.readCallback(id)).toBeDefined();
    await store.withdrawCallback(id, owner);
    expect(await store.readCallback(id)).toBeUndefined();
  });

  it('shows no record that ended longer ago than the retention', async () => {
    const { callback, owner, id } = await claimed();
    await store.recordOutcome(callback, { ...seen('completed'), owner });
    const at = (days: number) =>
      createStore(
        open(() => Date.now() + days * DAY),
        { retentionDays: 30 },
      );
    expect(await at(29.9).readCallback(id)).toBeDefined();
    expect(await at(30.1).readCallback(id)).toBeUndefined();
  });

  it.each([7, 90])(
    'keeps a record for %i days if a process changes it that does not know them',
    async (days) => {
      const saved = await createStore(open(), { retentionDays: days }).saveCallback(newRecord());
      if (!saved) throw new Error('not saved');
      const owners = createStore(open(), { keepsRetention: true });
      expect(await owners.cancelCallback(saved, Date.now())).toMatchObject({
        callback: { status: 'canceled' },
      });
      const after = (passed: number) =>
        createStore(open(() => Date.now() + passed * DAY)).readCallback(saved.callback.id);
      expect(await after(days - 0.1)).toBeDefined();
      expect(await after(days + 0.1)).toBeUndefined();
    },
  );
});
