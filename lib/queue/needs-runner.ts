import type { Settings } from '../settings/settings.ts';
import { lineLease } from '../store/leases.ts';
import type { Store } from '../store/store.ts';
import { hasWork } from './due-list.ts';
import { isSoonFree } from './runner-lease.ts';

/** The state of a line, for a tick. */
export interface LineNeed {
  line: string;
  /** False for a line that is no longer in the settings. Its callbacks wait and expire. */
  isInSettings: boolean;
  /** Whether a runner must be started. */
  needsRunner: boolean;
  /** How long the oldest due callback has waited, if the line is not paused. */
  oldestWaitMs: number;
  /** A callback has waited so long that a runner should have started it, and the line has no runner. */
  isAbandoned: boolean;
}

/** A tick comes each minute, and the runner that it starts needs a moment. */
const ABANDONED_MS = 150_000;
const MOST_LOOKED_AT = 1_000;

/** Returns the state of each line: of the lines in the settings, and of lines that had a runner before. */
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
