import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { idempotencyKeyName, KEY_LEASE_MS } from '../../lib/store/idempotency-keys.ts';
import { CLOCK_SKEW_MS } from '../../lib/store/leases.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { describeOnDatabases } from '../support/store/databases.ts';

const DAY = 86_400_000;

describeOnDatabases('The store of keys, counters, leases and do-not-call numbers', (fresh) => {
  let store: Store;
  let other: Store;
  let clock = 0;
  beforeEach(async () => {
    const open = await fresh();
    clock = Date.now();
    const now = () => clock;
    store = createStore(open(now), { now });
    other = createStore(open(now), { now });
  });

  const request = (key = 'order-1') => ({
    name: idempotencyKeyName('keys/web', key),
    id: newCallbackId(),
    fingerprint: 'f1',
    owner: randomUUID(),
    windowMs: DAY,
  });

  it('gives a key to one of twenty requests, and names the holder to the others', async () => {
    const requests = Array.from({ length: 20 }, () => request());
    const results = await Promise.all(
      requests.map((each, n) => (n % 2 ? store : other).takeIdempotencyKey(each)),
    );
    const winners = results.flatMap(({ taken }, n) => (taken ? [requests[n]?.id] : []));
    expect(winners).toHaveLength(1);
    expect(new Set(results.map(({ key }) => key.id))).toEqual(new Set(winners));
    const [{ key }] = results as [(typeof results)[number]];
    expect(key).toMatchObject({ leaseUntil: clock + KEY_LEASE_MS, windowUntil: clock + DAY });
  });

  it('keeps the same key of two principals apart', () => {
    expect(idempotencyKeyName('keys/a', 'k')).not.toBe(idempotencyKeyName('keys/b', 'k'));
    expect(idempotencyKeyName('a', 'bc')).not.toBe(idempotencyKeyName('ab', 'c'));
  });

  it('frees a key for the next request, but only as it was taken', async () => {
    const first = await store.takeIdempotencyKey(request());
    const taken = await other.takeOverIdempotencyKey(first.key, request());
    expect(taken.taken).toBe(true);
    await store.releaseIdempotencyKey(first.key);
    expect(await store.readIdempotencyKey(first.key.name)).toEqual(taken.key);
    await other.releaseIdempotencyKey(taken.key);
    expect(await store.readIdempotencyKey(first.key.name)).toBeUndefined();
    expect((await store.takeIdempotencyKey(request())).taken).toBe(true);
  });

  it('lets one of twenty take a key over', async () => {
    const { key } = await store.takeIdempotencyKey(request());
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? store : other).takeOverIdempotencyKey(key, request())),
    );
    expect(results.filter(({ taken }) => taken)).toHaveLength(1);
    expect(new Set(results.map((each) => each.key.id)).size).toBe(1);
  });

  it('keeps a key beyond its window, for a callback that is not over', async () => {
    const { key } = await store.takeIdempotencyKey({ ...request(), windowMs: 15_000 });
    clock += 31 * DAY;
    expect(await other.readIdempotencyKey(key.name)).toEqual(key);
  });

  it('counts in every window or in none, and never beyond a limit', async () => {
    const limit = (counter: string, max: number) => ({
      counter,
      window: 'day#1',
      max,
      expiresAt: clock + DAY,
    });
    const limits = [limit('number#1', 7), limit('key#web', 5), limit('top', 6)];
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, n) => (n % 2 ? store : other).countWithin(limits)),
    );
    const counts = () => Promise.all(limits.map(({ counter, window }) => store.readCount(counter, window)));
    const admitted = results.filter(({ counted }) => counted).length;
    expect(admitted).toBeLessThanOrEqual(5);
    expect(await counts()).toEqual([admitted, admitted, admitted]);
    for (let more = admitted; more < 5; more += 1)
      expect(await other.countWithin(limits)).toEqual({
        counted: true,
        counts: [more + 1, more + 1, more + 1],
      });
    expect(await store.countWithin(limits)).toEqual({ counted: false, reached: limits[1] });
    await store.giveBackCounts(limits);
    expect(await counts()).toEqual([4, 4, 4]);
  });

  it('counts exactly up to a limit that many requests reach at once', async () => {
    const limit = { counter: 'key#web', window: 'day#2', max: 5, expiresAt: clock + DAY };
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, n) => (n % 2 ? store : other).countWithin([limit])),
    );
    expect(results.filter(({ counted }) => counted)).toHaveLength(5);
    expect(await store.readCount('key#web', 'day#2')).toBe(5);
  });

  it('lends a lease to one owner, whose epoch stays while it is renewed', async () => {
    const results = await Promise.all(
      ['a', 'b', 'c'].map((owner, n) => (n % 2 ? store : other).takeLease('line#sales', owner, 10_000)),
    );
    const owner = results.findIndex(({ taken }) => taken);
    expect(results.filter(({ taken }) => taken)).toHaveLength(1);
    clock += 9_000;
    const renewed = await store.takeLease('line#sales', 'abc'.charAt(owner), 10_000);
    expect(renewed).toMatchObject({ taken: true, lease: { epoch: 1, until: clock + 10_000 } });
    expect(await other.takeLease('line#sales', 'd', 10_000)).toEqual({ ...renewed, taken: false });
  });

  it('gives a lease to another owner, with a greater epoch, once it has ended on every clock', async () => {
    await store.takeLease('line#sales', 'a', 10_000);
    clock += 10_000 + CLOCK_SKEW_MS - 1;
    expect((await other.takeLease('line#sales', 'b', 10_000)).taken).toBe(false);
    clock += 1;
    expect(await other.takeLease('line#sales', 'b', 10_000)).toMatchObject({
      taken: true,
      lease: { epoch: 2 },
    });
    expect((await store.takeLease('line#sales', 'a', 10_000)).taken).toBe(false);
  });

  it('frees a lease that its owner returns at once, and no other', async () => {
    await store.takeLease('line#sales', 'a', 10_000);
    await other.releaseLease('line#sales', 'b');
    expect(await store.readLease('line#sales')).toMatchObject({ owner: 'a' });
    await store.releaseLease('line#sales', 'a');
    expect(await store.readLease('line#sales')).toBeUndefined();
    expect(await other.takeLease('line#sales', 'b', 10_000)).toMatchObject({
      taken: true,
      lease: { epoch: 2 },
    });
  });

  it('keeps a do-not-call list with entries that end', async () => {
    for (const hash of ['c', 'a', 'b']) await store.addDoNotCall({ hash, secretId: 's', addedAt: clock });
    await store.addDoNotCall({ hash: 'd', secretId: 's', addedAt: clock, until: clock + 1000 });
    expect(await other.isDoNotCall('a')).toBe(true);
    expect([await other.removeDoNotCall('a'), await other.removeDoNotCall('a')]).toEqual([true, false]);
    expect(await store.isDoNotCall('a')).toBe(false);
    const page = await store.listDoNotCall({ limit: 2 });
    expect(page.map(({ hash }) => hash)).toEqual(['b', 'c']);
    expect((await store.listDoNotCall({ limit: 2, after: 'c' })).map(({ hash }) => hash)).toEqual(['d']);
    clock += 2000;
    expect(await store.isDoNotCall('d')).toBe(false);
  });

  it('fills a page of the do-not-call list although entries before it have ended', async () => {
    const until = clock + 1000;
    for (const hash of ['a', 'b', 'c'])
      await store.addDoNotCall({ hash, secretId: 's', addedAt: clock, until });
    for (const hash of ['d', 'e', 'f']) await store.addDoNotCall({ hash, secretId: 's', addedAt: clock });
    clock += 2000;
    const page = await other.listDoNotCall({ limit: 2 });
    expect(page.map(({ hash }) => hash)).toEqual(['d', 'e']);
    expect((await other.listDoNotCall({ limit: 2, after: 'e' })).map(({ hash }) => hash)).toEqual(['f']);
  });
});
