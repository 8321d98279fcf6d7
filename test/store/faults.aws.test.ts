import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { DynamoDbTable } from '../../lib/store/dynamodb/dynamodb-table.ts';
import { idempotencyKeyName } from '../../lib/store/idempotency-keys.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { createTable, type RunningDynamoDb, startDynalite } from '../support/store/dynalite.ts';
import { type Fault, type FaultyProxy, startFaultyProxy } from '../support/store/faulty-proxy.ts';
import { claimBy, newRecord } from '../support/store/records.ts';

/** For operations that fail after all attempts of the SDK. */
const PATIENT = 15_000;

describe('The store behind a faulty network', () => {
  let database: RunningDynamoDb;
  let proxy: FaultyProxy;
  let store: Store;
  let witness: Store;
  beforeAll(async () => {
    database = await startDynalite();
    proxy = await startFaultyProxy(database.url);
  });
  afterAll(async () => {
    await proxy.stop();
    await database.stop();
  });
  beforeEach(async () => {
    proxy.fault = () => 'none';
    const tableName = await createTable(database.url);
    store = createStore(new DynamoDbTable({ tableName, endpoint: proxy.url }));
    witness = createStore(new DynamoDbTable({ tableName, endpoint: database.url }));
    return async () => {
      await store.close();
      await witness.close();
    };
  });

  /** The next requests meet these faults, the others none. */
  const next = (...faults: Fault[]): void => {
    const start = proxy.operations.length;
    proxy.fault = (_, number) => faults[number - start] ?? 'none';
  };
  const keyRequest = () => ({
    name: idempotencyKeyName('keys/web', 'order-1'),
    id: newCallbackId(),
    fingerprint: 'f1',
    owner: randomUUID(),
    windowMs: 86_400_000,
  });

  it.each<[string, Fault[]]>([
    ['is throttled once', ['throttled']],
    ['fails once', ['server-error']],
    ['loses a request', ['lost-request']],
    ['loses a reply after the write', ['lost-reply']],
    ['loses two replies after the write', ['lost-reply', 'lost-reply']],
    ['loses the replies to all attempts of the write', ['lost-reply', 'lost-reply', 'lost-reply']],
    ['does not answer in time', ['hang']],
    ['is slow', [{ slowMs: 300 }]],
  ])(
    'claims an attempt and takes a key when DynamoDB %s',
    async (_what, faults) => {
      const record = newRecord();
      const claim = claimBy();
      next(...faults);
      expect(await store.claimAttempt(record, claim)).toMatchObject({ claimed: true });
      expect((await witness.readCallback(record.callback.id))?.attempts).toMatchObject([
        { owner: claim.owner },
      ]);
      const request = keyRequest();
      next(...faults);
      expect((await store.takeIdempotencyKey(request)).taken).toBe(true);
      expect(await witness.readIdempotencyKey(request.name)).toMatchObject({ owner: request.owner });
    },
    PATIENT,
  );

  it.each<Fault>(['throttled', 'server-error', 'lost-request', 'lost-reply', 'hang'])(
    'reports store-unreachable when every request is %s, and succeeds once they are not',
    async (fault) => {
      proxy.fault = () => fault;
      const record = newRecord();
      const claim = claimBy();
      await expect(store.claimAttempt(record, claim)).rejects.toMatchObject({ code: 'store-unreachable' });
      await expect(store.readCallback(record.callback.id)).rejects.toMatchObject({
        code: 'store-unreachable',
      });
      proxy.fault = () => 'none';
      expect(await store.claimAttempt(record, claim)).toMatchObject({ claimed: true });
    },
    PATIENT,
  );

  it('does not claim for another owner after a lost reply', async () => {
    const record = await witness.saveCallback(newRecord());
    if (!record) throw new Error('not saved');
    const [mine, theirs] = [claimBy(), claimBy()];
    next('lost-reply');
    const [first, second] = await Promise.all([
      store.claimAttempt(record, mine),
      witness.claimAttempt(record, theirs),
    ]);
    const owner = (await witness.readCallback(record.callback.id))?.attempts[0]?.owner;
    expect([first.claimed, second.claimed]).toEqual([owner === mine.owner, owner === theirs.owner]);
  });

  it('releases a key and withdraws a record once, although the reply was lost', async () => {
    const { key } = await store.takeIdempotencyKey(keyRequest());
    next('lost-reply');
    await store.releaseIdempotencyKey(key);
    expect(await witness.readIdempotencyKey(key.name)).toBeUndefined();
    const claimed = await store.claimAttempt(newRecord(), claimBy('me'));
    if (!claimed.claimed) throw new Error(claimed.why);
    next('lost-reply');
    await store.withdrawCallback(claimed.callback.callback.id, 'me');
    expect(await witness.readCallback(claimed.callback.callback.id)).toBeUndefined();
  });

  it('never counts too little: a lost reply may count twice, and a count is given back once at most', async () => {
    const limit = { counter: 'top', window: 'day#1', max: 9, expiresAt: Date.now() + 86_400_000 };
    next('lost-reply');
    await store.countWithin([limit]);
    const counted = await witness.readCount('top', 'day#1');
    expect(counted).toBeGreaterThanOrEqual(1);
    next('lost-reply');
    await store.giveBackCounts([limit]);
    expect(await witness.readCount('top', 'day#1')).toBe(counted - 1);
  });

  it('counts in no window when one write of several fails', async () => {
    const limit = (counter: string) => ({ counter, window: 'd', max: 9, expiresAt: Date.now() + 86_400_000 });
    const limits = ['a', 'b', 'c'].map(limit);
    proxy.fault = (_operation, _number, body) => (body.includes('counter#c') ? 'throttled' : 'none');
    await expect(store.countWithin(limits)).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(await Promise.all(['a', 'b', 'c'].map((name) => witness.readCount(name, 'd')))).toEqual([0, 0, 0]);
  });
});
