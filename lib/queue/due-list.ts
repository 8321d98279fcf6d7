import type { StoredCallback } from '../store/callback-record.ts';
import type { DueCallback } from '../store/due-callbacks.ts';
import { type Change, expire, markDue, postpone } from '../store/runner-transitions.ts';
import type { Store } from '../store/store.ts';
import type { LineServices, LineSettings } from './line-services.ts';

const MOST_SCHEDULED = 1_000;
/** A runner does not end if a callback becomes due within this time, because the next tick may come late. */
const WORTH_WAITING_MS = 75_000;

/**
 * Returns the callbacks that may start. Before that, marks callbacks that became due, ends expired callbacks, and postpones
 * callbacks of closed routes. `queued` has all queued callbacks that were read.
 *
 * @param depth The most queued callbacks to read.
 */
export async function listDue(
  { store, clock }: LineServices,
  line: string,
  settings: LineSettings | undefined,
  { isLive, depth }: { isLive: (id: string) => boolean; depth: number },
): Promise<{ starting: DueCallback[]; queued: readonly DueCallback[] }> {
  const now = clock.now();
  const scheduled = await store.listScheduled(line, now, MOST_SCHEDULED);
  const marked = await Promise.all(scheduled.map(({ id }) => change(store, id, markDue(now))));
  // The list of queued callbacks may be a second old. It may lack the callbacks that just became due.
  const due = scheduled.filter((_, index) => marked[index]?.callback.status === 'queued');
  const queued = depth > 0 ? await store.listQueued(line, depth) : [];
  const all = new Map([...due, ...queued].map((each) => [each.id, each]));
  const waiting = [...all.values()].filter(({ id }) => !isLive(id));

  const opensAt = (route: string): number => settings?.route(route)?.nextAttempt(now, 0)?.dueAt ?? now;
  const openings = new Map(
    [...new Set(waiting.map(({ route }) => route))].map((route) => [route, opensAt(route)]),
  );
  const starting: DueCallback[] = [];
  const changes: [id: string, wanted: Change][] = [];
  for (const each of waiting) {
    const opening = openings.get(each.route) ?? now;
    if (each.expiresAt <= now) changes.push([each.id, expire(now)]);
    else if (opening <= now) starting.push(each);
    else changes.push([each.id, postpone(opening, now)]);
  }
  await Promise.all(changes.map(([id, wanted]) => change(store, id, wanted)));
  return { starting, queued };
}

/** Returns whether an attempt of the line lives, or a callback may start soon. */
export async function hasWork(
  store: Store,
  line: string,
  { now, mayStart }: { now: number; mayStart: boolean },
): Promise<boolean> {
  if ((await store.listOpen(line)).length > 0) return true;
  if (!mayStart) return false;
  const soon = store.listScheduled(line, now + WORTH_WAITING_MS, 1);
  const lists = await Promise.all([store.listQueued(line, 1), soon]);
  return lists.some((list) => list.length > 0);
}

async function change(store: Store, id: string, wanted: Change): Promise<StoredCallback | undefined> {
  const record = await store.readCallback(id);
  return record && (await store.changeCallback(record, wanted));
}
