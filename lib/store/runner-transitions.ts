import type { Callback } from '../calls/callback.ts';
import type { ProblemCode } from '../problems/problem-codes.ts';
import { type Attempt, type CallbackRecord, isFinal, openAttempt } from './callback-record.ts';

/**
 * A transition that only the runner of a line does, for `changeCallback`. It returns undefined if the record does not allow
 * the transition or has it already. So the write can be repeated after a lost reply.
 *
 * transitions.ts has the transitions of every process.
 */
export type Change = (record: CallbackRecord) => CallbackRecord | undefined;

/** The state of a call that a runner sees. */
export type Seen = Pick<Callback, 'status' | 'legs'> & Partial<Pick<Callback, 'asterisk' | 'dtmf'>>;

/** Returns whether both parties talked. */
export const hasTalked = ({ legs }: Pick<Seen, 'legs'>): boolean =>
  legs.first.status === 'answered' && legs.second.status === 'answered';

const isWaiting = (record: CallbackRecord): boolean => record.endedAt === undefined && !openAttempt(record);

const withStatus = (record: CallbackRecord, status: Callback['status'], at: number): CallbackRecord => ({
  ...record,
  callback: { ...record.callback, status },
  observedAt: at,
});

const ended = (record: CallbackRecord, status: Callback['status'], at: number): CallbackRecord => ({
  ...withStatus(record, status, at),
  endedAt: at,
});

/** scheduled → queued, from the due time on. */
export const markDue =
  (at: number): Change =>
  (record) =>
    isWaiting(record) && record.callback.status === 'scheduled' && (record.dueAt ?? 0) <= at
      ? withStatus(record, 'queued', at)
      : undefined;

/** scheduled, queued → expired. A callback with an attempt gets the status of the last attempt instead. */
export const expire =
  (at: number): Change =>
  (record) =>
    isWaiting(record) && (record.expiresAt ?? Number.MAX_SAFE_INTEGER) <= at
      ? ended(record, record.attempts.at(-1)?.status ?? 'expired', at)
      : undefined;

/** queued → scheduled, until the route opens or the callback expires. So no runner has to wait for the callback. */
export const postpone =
  (opensAt: number, at: number): Change =>
  (record) => {
    const dueAt = Math.min(opensAt, record.expiresAt ?? opensAt);
    return isWaiting(record) && record.callback.status === 'queued' && dueAt > at
      ? { ...withStatus(record, 'scheduled', at), dueAt }
      : undefined;
  };

/** scheduled, queued → failed. The route no longer allows the callback. */
export const failBeforeAttempt =
  (problem: ProblemCode, at: number): Change =>
  (record) =>
    isWaiting(record) ? { ...ended(record, 'failed', at), problem } : undefined;

const ownAttempt = (record: CallbackRecord, owner: string): Attempt | undefined => {
  const open = openAttempt(record);
  return open?.owner === owner ? open : undefined;
};

const withAttempt = (record: CallbackRecord, attempt: Attempt): CallbackRecord => ({
  ...record,
  attempts: [...record.attempts.slice(0, -1), attempt],
});

/** dialing → queued. The owner has not sent the Originate and will not send it. */
export const withdrawAttempt =
  (owner: string, at: number): Change =>
  (record) => {
    const attempt = ownAttempt(record, owner);
    if (attempt === undefined || attempt.repliedAt !== undefined) return undefined;
    const attempts = record.attempts.slice(0, -1);
    // Obeys a cancel request, because no phone rang.
    const status = record.cancelRequestedAt === undefined ? 'queued' : 'canceled';
    const next = { ...withStatus(record, status, at), attempts };
    return status === 'canceled' ? { ...next, endedAt: at } : next;
  };

/** Gives an attempt to another runner. The earlier runner can no longer change the attempt. */
export const adoptAttempt =
  (attemptNumber: number, { owner, epoch }: { owner: string; epoch: number }): Change =>
  (record) => {
    const attempt = openAttempt(record);
    if (attempt?.number !== attemptNumber || attempt.owner === owner) return undefined;
    // A runner that was frozen until after its lease must not take the attempt from the current runner.
    if (attempt.epoch !== undefined && attempt.epoch > epoch) return undefined;
    return withAttempt(record, { ...attempt, owner, epoch });
  };

const observed = (record: CallbackRecord, attempt: Attempt, seen: Seen, at: number): CallbackRecord =>
  withAttempt(
    { ...record, callback: { ...record.callback, ...seen }, observedAt: at },
    {
      ...attempt,
      status: seen.status,
      legs: seen.legs,
      asterisk: seen.asterisk ?? attempt.asterisk,
      repliedAt: attempt.repliedAt ?? at,
      ...(attempt.talkingAt === undefined && hasTalked(seen) && { talkingAt: at }),
    },
  );

/** dialing → ringing → in-progress. Also records when both parties begin to talk. */
export const recordProgress =
  (owner: string, seen: Seen, at: number): Change =>
  (record) => {
    const attempt = ownAttempt(record, owner);
    if (!attempt || isFinal(seen.status)) return undefined;
    const isNews = attempt.status !== seen.status || attempt.repliedAt === undefined;
    const talksNow = hasTalked(seen) && attempt.talkingAt === undefined;
    return isNews || talksNow ? observed(record, attempt, seen, at) : undefined;
  };

/** Times are Unix times in milliseconds. */
export interface NextAttempt {
  dueAt: number;
  /** The attempt starts before this time or never. */
  expiresAt: number;
}

export interface AttemptEnd {
  next?: NextAttempt | undefined;
  /** Why Asterisk did not place the call. */
  problem?: ProblemCode | undefined;
}

/**
 * dialing, ringing, in-progress → the end of the attempt. With a next attempt, the callback waits again. A cancel request
 * prevents the next attempt.
 */
export const endAttempt =
  (owner: string, seen: Seen, at: number, { next, problem }: AttemptEnd = {}): Change =>
  (record) => {
    const attempt = ownAttempt(record, owner);
    if (!attempt) return undefined;
    const after = observed(record, attempt, seen, at);
    const done = withAttempt(after, { ...(after.attempts.at(-1) ?? attempt), endedAt: at });
    if (next === undefined || record.cancelRequestedAt !== undefined) {
      return { ...done, endedAt: at, ...(problem && { problem }) };
    }
    return { ...withStatus(done, next.dueAt <= at ? 'queued' : 'scheduled', at), ...next };
  };
