import { setTimeout as sleep } from 'node:timers/promises';
import { CallbackError } from '../problems/callback-error.ts';
import type { Deadline } from '../shared/deadline.ts';
import type { StoredCallback } from '../store/callback-record.ts';
import { logEnded, warnOfStore } from '../telemetry/log.ts';
import { viewOf } from './callback-view.ts';
import type { Services } from './services.ts';
import { withinMs } from './within-ms.ts';

/** How long the response waits for the runner of the line to hang up. */
const HANGUP_WAIT_MS = 3_000;
const LOOK_MS = 100;

/**
 * Cancels a callback of a line, or asks the runner of the line to hang up. Returns the record, without `endedAt` if the
 * runner has not hung up yet. If the callback was already canceled, returns its record and throws nothing.
 *
 * @throws CallbackError callback-ended if the callback ended by itself; store-unreachable.
 */
export async function cancelInLine(
  services: Services,
  record: StoredCallback,
  line: string,
  deadline: Deadline,
): Promise<StoredCallback> {
  const store = await services.store();
  let current = (await store.cancelCallback(record, Date.now())) ?? record;
  if (current.cancelRequestedAt === undefined)
    throw new CallbackError('callback-ended', 'The callback is over', { callback: viewOf(current) });
  if (current.endedAt !== undefined) {
    if (record.endedAt === undefined) logEnded(current.callback, { line, attempts: current.attempts.length });
    return current;
  }
  const until = deadline.within(HANGUP_WAIT_MS);
  await store.announceCancel(line);
  await withinMs(until.remainingMs, services.wakeLine?.(line).catch(warnOfStore));
  while (current.endedAt === undefined && !until.hasPassed) {
    await sleep(Math.min(LOOK_MS, until.remainingMs));
    current = (await store.readCallback(current.callback.id)) ?? current;
  }
  return current;
}
