import { randomUUID } from 'node:crypto';
import { lineLease } from '../store/leases.ts';
import type { StoreOpener } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { log } from '../telemetry/log.ts';

/**
 * After a start of a runner, callbacks that are accepted within this time start no other runner. The store adds two
 * seconds, because clocks differ. Together they are longer than a cold start, and shorter than the life of any runner.
 */
const WAKE_MS = 500;

/** Starts the function `worker` for a line. Does not wait for its end. */
export type WorkerStarter = (line: string) => Promise<void>;

/** Returns a function that starts the runner of a line if the line has none. Undefined without WORKER_FUNCTION. */
export function lineWaker(
  environment: NodeJS.ProcessEnv,
  store: StoreOpener,
  start = workerStarter(environment),
): ((line: string) => Promise<void>) | undefined {
  if (!start) return undefined;
  return async (line) => {
    try {
      if (await claimStart(await store(), line)) await start(line);
    } catch (error) {
      // The callback is accepted. The next tick starts the runner.
      log.warn('line not woken', { line, cause: String(error) });
    }
  };
}

/** Returns a function that invokes WORKER_FUNCTION. Undefined without this variable. */
export function workerStarter(environment: NodeJS.ProcessEnv): WorkerStarter | undefined {
  const name = environment['WORKER_FUNCTION'];
  if (!name) return undefined;
  return async (line) => {
    const { invokeLater } = await import('./invoke-later.ts');
    await invokeLater(name, { line });
  };
}

async function claimStart(store: Store, line: string): Promise<boolean> {
  const lease = await store.readLease(lineLease(line));
  if (lease && lease.until > Date.now()) return false;
  return (await store.takeLease(`wake/${line}`, randomUUID(), WAKE_MS)).taken;
}
