import { OPEN_STATUSES } from '../calls/callback.ts';
import { type Attempt, type CallbackRecord, isFinal, MAX_ATTEMPTS, openAttempt } from './callback-record.ts';

/**
 * The transitions that any process may do, as pure functions. Each function returns the new record, or why it refuses. Each
 * function accepts its own result, so that a write can be repeated after a lost reply.
 *
 * docs/store.md shows the states. runner-transitions.ts has the transitions that only the runner of a line does.
 */

export interface Claim {
  owner: string;
  /** The epoch of the line's lease. Absent if the owner is not a runner. */
  epoch?: number | undefined;
  pbx: string;
  agent: string;
  at: number;
}

/** `claimed`: another process has the open attempt. */
export type ClaimRefusal = 'claimed' | 'ended' | 'cancel-requested' | 'too-many-attempts';

export type Transition<Refusal> = { record: CallbackRecord } | { refused: Refusal };

/** scheduled, queued → dialing. Adds an attempt. Only its owner may send the Originate. */
export function claim(
  record: CallbackRecord,
  { owner, epoch, pbx, agent, at }: Claim,
): Transition<ClaimRefusal> {
  const open = openAttempt(record);
  if (open) return open.owner === owner ? { record } : { refused: 'claimed' };
  if (record.endedAt !== undefined) return { refused: 'ended' };
  if (record.cancelRequestedAt !== undefined) return { refused: 'cancel-requested' };
  if (record.attempts.length >= MAX_ATTEMPTS) return { refused: 'too-many-attempts' };
  const { callback } = record;
  const attempt: Attempt = {
    number: record.attempts.length + 1,
    owner,
    ...(epoch !== undefined && { epoch }),
    agent,
    pbx,
    startedAt: at,
    status: 'dialing',
    legs: callback.legs,
    asterisk: callback.asterisk,
  };
  const dialing = { ...callback, pbx, agent, status: attempt.status };
  return {
    record: changed(record, { callback: dialing, attempts: [...record.attempts, attempt], observedAt: at }),
  };
}

export interface Observation {
  /** The seen status of the call. */
  seen: Pick<CallbackRecord['callback'], 'status'> & Partial<CallbackRecord['callback']>;
  at: number;
  /** The owner of the attempt, which knows Asterisk's reply. Absent if another process has read the status. */
  owner?: string;
  /** The owner follows the call until this time. */
  followedUntil?: number | undefined;
  /** False if a final status ends the attempt and another attempt follows. */
  endsCallback?: boolean;
  problem?: Pick<CallbackRecord, 'problem' | 'problemMessage'>;
}

/**
 * dialing → queued → ringing → in-progress → a final status. Here `queued` means that Asterisk accepted the Originate. A
 * callback of a line has no `queued` between `dialing` and `ringing`.
 *
 * A status never goes back. Only after `unknown` any status may follow, because a process may find a call alive whose reply
 * was lost.
 */
export function observe(
  record: CallbackRecord,
  { seen, at, owner, followedUntil, endsCallback = true, problem }: Observation,
): Transition<'no-such-attempt' | 'older'> {
  const last = record.attempts.at(-1);
  if (!last || (owner !== undefined && last.owner !== owner)) return { refused: 'no-such-attempt' };
  const isKnown = last.status !== 'unknown';
  const goesBack = last.endedAt !== undefined || progress(seen.status) < progress(last.status);
  if (isKnown && goesBack) return { refused: 'older' };
  const { status, legs = last.legs, asterisk = last.asterisk } = seen;
  const ends = isFinal(status);
  const attempt: Attempt = {
    ...last,
    status,
    legs,
    asterisk,
    ...(owner !== undefined && last.repliedAt === undefined && { repliedAt: at }),
    endedAt: ends ? (last.endedAt ?? at) : undefined,
  };
  return {
    record: changed(record, {
      callback: { ...record.callback, ...seen },
      attempts: [...record.attempts.slice(0, -1), attempt],
      observedAt: Math.max(record.observedAt, at),
      followedUntil: ends || owner === undefined ? undefined : followedUntil,
      endedAt: ends && endsCallback ? (record.endedAt ?? at) : undefined,
      ...problem,
    }),
  };
}

/** dialing → dialing at another PBX. The caller must know that the first PBX did not execute the Originate. */
export function moveToPbx(
  record: CallbackRecord,
  { owner, pbx, at }: Pick<Claim, 'owner' | 'pbx' | 'at'>,
): Transition<'no-such-attempt'> {
  const open = openAttempt(record);
  if (!open || open.owner !== owner || open.repliedAt !== undefined) return { refused: 'no-such-attempt' };
  if (open.pbx === pbx) return { record };
  return {
    record: changed(record, {
      callback: { ...record.callback, pbx },
      attempts: [...record.attempts.slice(0, -1), { ...open, pbx }],
      observedAt: at,
    }),
  };
}

/** scheduled, queued → canceled. With an open attempt, records the request, and the owner of the attempt hangs up. */
export function cancel(record: CallbackRecord, at: number): Transition<'ended'> {
  if (record.endedAt !== undefined) return { refused: 'ended' };
  if (record.cancelRequestedAt !== undefined) return { record };
  if (openAttempt(record)) return { record: changed(record, { cancelRequestedAt: at }) };
  const callback = { ...record.callback, status: 'canceled' as const };
  return { record: changed(record, { callback, cancelRequestedAt: at, observedAt: at, endedAt: at }) };
}

const changed = (record: CallbackRecord, change: Partial<CallbackRecord>): CallbackRecord => ({
  ...record,
  ...change,
  revision: record.revision + 1,
});

/** Returns the rank of a status. `queued` ranks as `dialing`, because it follows `dialing` if the callback has no line. */
function progress(status: string): number {
  if (isFinal(status)) return OPEN_STATUSES.length;
  return OPEN_STATUSES.findIndex((each) => each === (status === 'queued' ? 'dialing' : status));
}
