import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AjamSession } from '../ajam/index.ts';
import type { Services } from '../calls/services.ts';
import { attemptTimes } from '../rules/attempt-times.ts';
import type { Settings } from '../settings/settings.ts';
import { log } from '../telemetry/log.ts';
import { LineRunner } from './line-runner.ts';
import type { LineRoute, LineSettings, QueueClock } from './line-services.ts';
import { PbxCalls } from './pbx/pbx-calls.ts';
import type { LinkServices } from './pbx/pbx-connection.ts';
import { reasonOf, reportingStore } from './runner-log.ts';

export type RunnerServices = Pick<Services, 'settings' | 'sessions' | 'store'> &
  Partial<Pick<LinkServices, 'open'>>;

export type Runner = Pick<LineRunner, 'run' | 'wake' | 'stop'>;

const clock: QueueClock = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep: (ms) => sleep(ms),
};

/**
 * Opens a runner of a line on the PBXs of the settings.
 *
 * @param options.forMs After this time the runner hands over. By default it never does.
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
      log: (event, details, error) => log.warn(event, { line, ...details, ...reasonOf(error) }),
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

/** Returns the settings of a line for its runner. Undefined if the line is not in the settings. */
function lineSettingsOf({ lines, routes }: Settings, name: string): LineSettings | undefined {
  const line = Object.hasOwn(lines, name) ? lines[name] : undefined;
  if (!line) return undefined;
  const { capacity, perAgent, startsPerSecond, wrapUpSeconds, maxTalkSeconds, giveUpAfterSeconds } = line;
  const route = (routeName: string): LineRoute | undefined => {
    const found = Object.hasOwn(routes, routeName) ? routes[routeName] : undefined;
    if (!found) return undefined;
    const { pbx: pbxs, pool, hints, retry, hours } = found;
    return {
      pbxs,
      pool,
      hints,
      retry,
      nextAttempt: (at, delaySeconds) =>
        attemptTimes({ hours, giveUpAfterSeconds }, at + delaySeconds * 1000),
    };
  };
  return { capacity, perAgent, startsPerSecond, wrapUpSeconds, maxTalkSeconds, route };
}
