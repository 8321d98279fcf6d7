import type { Settings } from '../settings/settings.ts';
import { lineLease } from '../store/leases.ts';
import type { Store } from '../store/store.ts';
import { hasWork } from './due-list.ts';
import { isSoonFree } from './runner-lease.ts';

/** The state of a line, for a tick. */
export interface LineNeed {
  line: string;
  /** False if the settings no longer have the line. Callbacks of this line wait and expire. */
  isInSettings: boolean;
  /** Whether a runner must be started. */
  needsRunner: boolean;
  /** How long the oldest due callback has waited, in milliseconds. 0 for a paused line. */
  oldestWaitMs: number;
  /** Whether the line has no runner although a callback has waited for 150 s. */
  isAbandoned: boolean;
}

/** A tick comes each minute, and a runner needs some seconds to start. */
const ABANDONED_MS = 150_000;
const MOST_LOOKED_AT = 1_000;

/** Returns the state of each line in the settings, and of each line that had a runner before. */
export async function lineNeeds(store: Store, { lines }: Settings, now: number): Promise<LineNeed[]> {
  const names = new Set([...Object.keys(lines), ...(await store.rememberedLines())]);
  return await Promise.all(Array.from(names, (line) => needOf(store, line, Object.hasOwn(lines, line), now)));
}

async function needOf(store: Store, line: string, isInSettings: boolean, now: number): Promise<LineNeed> {
  const [control, lease, isAtWork, queued] = await Promise.all([
    store.readLineControl(line),
    store.readLease(lineLease(line)),
    hasWork(store, line, { now, mayStart: true }),
    store.listQueued(line, MOST_LOOKED_AT),
  ]);
  const isFree = isSoonFree(lease, now);
  const oldestWaitMs = control.paused ? 0 : Math.max(0, ...queued.map(({ dueAt }) => now - dueAt));
  return {
    line,
    isInSettings,
    needsRunner: isAtWork && isFree,
    oldestWaitMs,
    isAbandoned: isInSettings && oldestWaitMs > ABANDONED_MS && (lease === undefined || lease.until < now),
  };
}
