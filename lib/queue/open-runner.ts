import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AjamSession } from '../ajam/index.ts';
import type { Services } from '../calls/services.ts';
import { log } from '../telemetry/log.ts';
import { LineRunner, type RunnerEnd } from './line-runner.ts';
import type { QueueClock } from './line-services.ts';
import { reportingStore } from './log-changes.ts';
import { PbxCalls } from './pbx/pbx-calls.ts';
import type { LinkServices } from './pbx/pbx-connection.ts';
import { lineSettingsOf } from './runner-settings.ts';

export type RunnerServices = Pick<Services, 'settings' | 'sessions' | 'store'> &
  Partial<Pick<LinkServices, 'open'>>;

export interface Runner {
  /** Works the line until there is nothing to do, another runner has it, or the time is over. */
  run(): Promise<RunnerEnd>;
  /** Makes the runner look at once. */
  wake(): void;
  /** Ends the runner at once. The next runner continues its attempts. */
  stop(): void;
}

const clock: QueueClock = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep: (ms) => sleep(ms),
};

/**
 * Opens a runner of a line on the PBXs of the settings.
 *
 * @param options.forMs After that time it hands the line over. Left out for a process that has no end.
 */
export async function openRunner(
  services: RunnerServices,
  line: string,
  { forMs = Number.POSITIVE_INFINITY }: { forMs?: number } = {},
): Promise<Runner> {
  const calls = new PbxCalls({ open: (pbx, options) => AjamSession.open(pbx, options), ...services });
  const runner = new LineRunner(
    {
      store: reportingStore(await services.store()),
      clock,
      calls,
      settings: async (name) => lineSettingsOf(await services.settings.get(), name),
      log: (event, details) => log.warn(event, { line, ...details }),
    },
    { line, owner: randomUUID(), until: clock.monotonic() + forMs },
  );
  return {
    run: async () => {
      try {
        return await runner.run();
      } finally {
        await calls.close();
      }
    },
    wake: () => runner.wake(),
    stop: () => runner.stop(),
  };
}
