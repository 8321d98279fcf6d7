import { type CallbackRecord, isFinal } from '../store/callback-record.ts';
import type { CallbackView } from './callback.ts';

/** Whether the call lives: null if nobody knows. */
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

/** What the status says of itself: a phone that rings lives, a call that is over does not. */
function liveBy({ callback: { status } }: CallbackRecord): Live {
  if (status === 'ringing' || status === 'in-progress') return true;
  return isFinal(status) && status !== 'unknown' ? false : null;
}

const timeText = (time: number): string => new Date(time).toISOString();
