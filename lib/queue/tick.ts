import type { Services } from '../calls/services.ts';
import type { WorkerStarter } from '../calls/wake-line.ts';
import { log } from '../telemetry/log.ts';
import { countLines } from '../telemetry/metrics.ts';
import { lineNeeds } from './line-needs.ts';

/**
 * Starts a runner for each line that needs a runner. Returns these lines. A line needs a runner when callbacks become due,
 * after its runner has died, or after a lost invocation. Also reports lines whose callbacks wait too long.
 *
 * @throws if the settings or the store cannot be read, or a runner cannot be started.
 */
export async function tick(
  { store, settings }: Pick<Services, 'store' | 'settings'>,
  start: WorkerStarter | undefined,
): Promise<string[]> {
  const needs = await lineNeeds(await store(), await settings.get(), Date.now());
  const wanted = needs.filter(({ needsRunner }) => needsRunner).map(({ line }) => line);
  if (wanted.length > 0 && !start) throw new Error('WORKER_FUNCTION is not set, so no runner can be started');
  const results = await Promise.allSettled(wanted.map((line) => start?.(line)));

  const abandoned = needs.filter(({ isAbandoned }) => isAbandoned);
  for (const { line } of abandoned) log.error('no runner', { line });
  const gone = needs.filter(({ isInSettings, oldestWaitMs }) => !isInSettings && oldestWaitMs > 0);
  for (const { line } of gone)
    log.error('callbacks wait in a line that the settings lack', {
      line,
      hint: `Add the parameter lines/${line}. Without this parameter, the callbacks of the line wait, and expire`,
    });
  countLines({
    oldestWaitSeconds: Math.max(0, ...needs.map(({ oldestWaitMs }) => oldestWaitMs)) / 1000,
    withoutRunner: abandoned.length,
    withoutSettings: gone.length,
  });

  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  return wanted;
}
