import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for the work, at most for `ms` milliseconds. The work continues after that. */
export async function withinMs(ms: number, work: Promise<unknown> | undefined): Promise<void> {
  const abort = new AbortController();
  const limit = sleep(ms, undefined, { signal: abort.signal }).catch(() => undefined);
  try {
    await Promise.race([work, limit]);
  } finally {
    abort.abort();
  }
}
