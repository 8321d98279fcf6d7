import type { QueueClock } from './line-services.ts';
import type { RunnerLease } from './runner-lease.ts';

const TICK_MS = 1_000;
/** How long a runner waits for another one to hand over. */
const LONGEST_WAIT_MS = 80_000;

/** Takes over the line, also from a runner that will soon hand it over or no longer renews its lease. */
export async function takeOver(
  lease: RunnerLease,
  clock: QueueClock,
  isStopped: () => boolean,
): Promise<boolean> {
  const latest = clock.monotonic() + LONGEST_WAIT_MS;
  while (!isStopped()) {
    if (await lease.take()) return true;
    if (!lease.isSoonFree || clock.monotonic() >= latest) return false;
    await clock.sleep(TICK_MS);
  }
  return false;
}
