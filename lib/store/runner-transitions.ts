import type { Callback } from '../calls/callback.ts';
import type { ProblemCode } from '../problems/problems.ts';
import { type Attempt, type CallbackRecord, isFinal, openAttempt } from './callback-record.ts';

/**
 * A transition that only the runner of a line does, for `changeCallback`. It returns undefined if the record does not allow
 * the transition or has it already. So the write can be repeated after a lost reply.
 *
 * transitions.ts has the transitions of every process.
 */
export type Change = (record: CallbackRecord) => CallbackRecord | undefined;

/** The seen status of the call of an attempt. */
export type Seen = Pick<Callback, 'status' | 'legs'> & Partial<Pick<Callback, 'asterisk' | 'dtmf'>>;

/** Whether both parties talked. */
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

/** scheduled → queued, once it is due. */
export const markDue =
  (at: number): Change =>
  (record) =>
    isWaiting(record) && record.callback.status === 'scheduled' && (record.dueAt ?? 0) <= at
      ? withStatus(record, 'queued', at)
      : undefined;

/** scheduled, queued → expired. After an attempt the callback keeps the last attempt's status. */
export const expire =
  (at: number): Change =>
  (record) =>
    isWaiting(record) && (record.expiresAt ?? Number.MAX_SAFE_INTEGER) <= at
      ? ended(record, record.attempts.at(-1)?.status ?? 'expired', at)
      : undefined;

/**
 * queued → scheduled, until the route opens, or until the callback expires if that is earlier. So no runner has to wait
 * for the callback.
 */
export const postpone =
  (opensAt: number, at: number): Change =>
  (record) => {
    const dueAt = Math.min(opensAt, record.expiresAt ?? opensAt);
    return isWaiting(record) && record.callback.status === 'queued' && dueAt > at
      ? { ...withStatus(record, 'scheduled', at), dueAt }
      : undefined;
  };

/** queued → failed: the route no longer allows the callback. */
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

/** dialing → queued: the owner has not sent the Originate and will not send it. */
export const withdrawAttempt =
  (owner: string, at: number): Change =>
  (record) => {
    const attempt = ownAttempt(record, owner);
    if (attempt === undefined || attempt.repliedAt !== undefined) return undefined;
    const attempts = record.attempts.slice(0, -1);
    // A cancel request that came meanwhile takes effect, because nothing rang.
    const status = record.cancelRequestedAt === undefined ? 'queued' : 'canceled';
    const next = { ...withStatus(record, status, at), attempts };
    return status === 'canceled' ? { ...next, endedAt: at } : next;
  };

/** Another runner takes over an attempt. The earlier runner can no longer change it. */
export const adoptAttempt =
  (attemptNumber: number, { owner, epoch }: { owner: string; epoch: number }): Change =>
  (record) => {
    const attempt = openAttempt(record);
    if (attempt?.number !== attemptNumber || attempt.owner === owner) return undefined;
    // A runner that was frozen beyond its lease must not take the attempt from the current runner.
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

/** dialing → ringing → in-progress. Also records when both parties begin to talk, which changes no status. */
export const recordProgress =
  (owner: string, seen: Seen, at: number): Change =>
  (record) => {
    const attempt = ownAttempt(record, owner);
    if (!attempt || isFinal(seen.status)) return undefined;
    const isNews = attempt.status !== seen.status || attempt.repliedAt === undefined;
    const talksNow = hasTalked(seen) && attempt.talkingAt === undefined;
    return isNews || talksNow ? observed(record, attempt, seen, at) : undefined;
  };

/** When the next attempt is due, and until when it may start. */
export interface NextAttempt {
  dueAt: number;
  expiresAt: number;
}

export interface AttemptEnd {
  next?: NextAttempt | undefined;
  /** Why Asterisk did not place the call. */
  problem?: ProblemCode | undefined;
}

/**
 * dialing, ringing, in-progress → the end of the attempt. With a next attempt the callback waits again, unless it has a cancel
 * request.
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
