import type { CallStatus, FailureReason, Leg, Party } from '../calls/callback.ts';
import { MAX_ATTEMPTS } from '../store/callback-record.ts';

/** A result of an attempt for which a route can have delays. */
export type RetryableResult = 'busy' | 'no-answer' | FailureReason;

/** How often a party is called, and the delays after each result. */
export interface PartyRetry {
  /** The most attempts that may fail because of this party. */
  attempts: number;
  /** The delays after the first, second … time of a result, in seconds. The last delay repeats. Agents of a pool need none. */
  delays?: Readonly<Partial<Record<RetryableResult, readonly number[]>>>;
}

export interface RetrySettings {
  agent?: PartyRetry | undefined;
  customer?: PartyRetry | undefined;
}

export interface EndedAttempt {
  status: CallStatus;
  legs: { first: Leg; second: Leg };
}

export interface AttemptFailure {
  party: Party;
  result: RetryableResult;
}

/** Returns which party made an attempt fail, and how. Undefined if the attempt connected, was canceled or is unknown. */
export function failureOf({ status, legs }: EndedAttempt): AttemptFailure | undefined {
  if (status === 'completed' || status === 'canceled' || status === 'unknown') return undefined;
  const leg = legs.first.status === 'answered' ? legs.second : legs.first;
  switch (leg.status) {
    case 'busy':
    case 'no-answer':
      return { party: leg.party, result: leg.status };
    case 'failed':
      return { party: leg.party, result: leg.reason ?? 'other' };
    default:
      return undefined;
  }
}

/**
 * Returns the delay of the next attempt in seconds. Undefined if no attempt follows. `attempts`: the oldest first.
 * next-attempt.ts adds pools, opening hours and the expiry.
 */
export function retryDelay(
  policy: RetrySettings | undefined,
  attempts: readonly EndedAttempt[],
): number | undefined {
  const last = attempts.at(-1);
  const failure = last && failureOf(last);
  const party = failure && policy?.[failure.party];
  if (!party || attempts.length >= MAX_ATTEMPTS) return undefined;
  const failures = attempts.map(failureOf).filter((each) => each?.party === failure.party);
  if (failures.length >= party.attempts) return undefined;
  const delays = party.delays?.[failure.result] ?? [];
  const times = failures.filter((each) => each?.result === failure.result).length;
  return delays[times - 1] ?? delays.at(-1);
}
