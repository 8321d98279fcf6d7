import { type CallbackRecord, openAttempt } from '../store/callback-record.ts';
import { logEnded } from '../telemetry/log.ts';
import { countStarted } from '../telemetry/metrics.ts';
import type { LineStore } from './line-services.ts';

/** Reports every attempt that begins and every callback that ends by a change of its record. */
export const reportingStore = (store: LineStore): LineStore => ({
  ...store,
  changeCallback: async (record, change) => {
    const after = await store.changeCallback(record, change);
    if (after) report(record, after);
    return after;
  },
});

function report(before: CallbackRecord, after: CallbackRecord): void {
  const attempt = after.attempts.at(-1);
  const wasUnknown = openAttempt(before)?.repliedAt === undefined;
  if (attempt?.repliedAt !== undefined && attempt.number === openAttempt(before)?.number && wasUnknown)
    countStarted(Math.max(0, attempt.startedAt - (before.dueAt ?? attempt.startedAt)));
  if (before.endedAt === undefined && after.endedAt !== undefined)
    logEnded(after.callback, { line: after.line, attempts: after.attempts.length });
}
