import { CallbackError } from '../problems/callback-error.ts';
import { type CallbackRecord, openAttempt } from '../store/callback-record.ts';
import type { Store } from '../store/store.ts';
import { logEnded } from '../telemetry/log.ts';
import { countStarted } from '../telemetry/metrics.ts';

/** Returns a store that counts every attempt that begins, and logs and counts every callback that ends. */
export const reportingStore = (store: Store): Store => ({
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

/** Returns the reason of a failure for the log. The text is for the owner, not for a caller. */
export function reasonOf(error: unknown): Record<string, string> {
  if (!(error instanceof CallbackError)) return { error: String(error) };
  const { code, message, hint = message, cause } = error;
  // The hint of most errors of a PBX already contains the cause.
  const isInHint = cause instanceof Error && hint.includes(cause.message);
  return { code, error: hint, ...(cause !== undefined && !isInHint && { cause: String(cause) }) };
}
