import { type CallbackRecord, isFinal, openAttempt } from '../store/callback-record.ts';
import type { CallbackView } from './callback.ts';

/** Whether the call lives. `null`: not known. */
export type Live = boolean | null;

/** Returns a record as callers receive it. */
export function viewOf(record: CallbackRecord, live: Live = liveBy(record)): CallbackView {
  const { callback, attempts, createdAt, observedAt, endedAt, revision } = record;
  const { line, priority, dueAt, expiresAt } = record;
  return {
    ...callback,
    createdAt: timeText(createdAt),
    observedAt: timeText(observedAt),
    live,
    ...(endedAt !== undefined && { endedAt: timeText(endedAt) }),
    revision,
    ...(line !== undefined && { line }),
    ...(priority !== undefined && { priority }),
    ...(dueAt !== undefined && { dueAt: timeText(dueAt) }),
    ...(expiresAt !== undefined && { expiresAt: timeText(expiresAt) }),
    attempts: attempts.map((attempt) => ({
      number: attempt.number,
      agent: attempt.agent,
      pbx: attempt.pbx,
      startedAt: timeText(attempt.startedAt),
      ...(attempt.endedAt !== undefined && { endedAt: timeText(attempt.endedAt) }),
      status: attempt.status,
      legs: attempt.legs,
      asterisk: attempt.asterisk,
    })),
  };
}

/** Returns whether the call lives, by its record alone. */
function liveBy(record: CallbackRecord): Live {
  const { status } = record.callback;
  if (status === 'ringing' || status === 'in-progress') return true;
  if (status === 'unknown') return null;
  return isFinal(status) || (record.line !== undefined && !openAttempt(record)) ? false : null;
}

const timeText = (time: number): string => new Date(time).toISOString();
