import type { DueCallback } from '../store/due-callbacks.ts';
import type { WaitingCallback } from './choose-starts.ts';
import type { LineServices, LineSettings } from './line-services.ts';
import { type Change, expire, markDue } from './record-changes.ts';

const MOST_QUEUED = 1_000;
/** A runner goes on while something becomes due so soon. */
const WORTH_WAITING_MS = 60_000;

type ListServices = Pick<LineServices, 'store' | 'clock'>;

/** Returns what waits for a start, after what became due or expired was marked so. */
export async function listDue(
  services: ListServices,
  line: string,
  isLive: (id: string) => boolean,
): Promise<DueCallback[]> {
  const { store, clock } = services;
  const now = clock.now();
  const due = await store.listScheduled(line, now, MOST_QUEUED);
  await Promise.all(due.map(({ id }) => change(services, id, markDue(now))));
  const queued = (await store.listQueued(line, MOST_QUEUED)).filter(({ id }) => !isLive(id));
  const expired = queued.filter(({ expiresAt }) => expiresAt <= now);
  await Promise.all(expired.map(({ id }) => change(services, id, expire(now))));
  return queued.filter(({ expiresAt }) => expiresAt > now);
}

/** A callback whose route is gone waits, and expires. */
export function toWaitingCallback(due: DueCallback, settings: LineSettings): WaitingCallback[] {
  const route = settings.route(due.route);
  return route ? [{ ...due, agents: route.pool ?? [due.agent], pbxs: route.pbxs }] : [];
}

/** Whether a line needs a runner: something lives, or may start within a minute. */
export async function hasWork(
  { store, clock }: ListServices,
  line: string,
  mayStart: boolean,
): Promise<boolean> {
  if ((await store.listOpen(line)).length > 0) return true;
  if (!mayStart) return false;
  const soon = store.listScheduled(line, clock.now() + WORTH_WAITING_MS, 1);
  const lists = await Promise.all([store.listQueued(line, 1), soon]);
  return lists.some((list) => list.length > 0);
}

async function change({ store }: ListServices, id: string, wanted: Change): Promise<void> {
  const record = await store.readCallback(id);
  if (record) await store.changeCallback(record, wanted);
}
