import type { Callback, CallStatus, LegStatus } from '../calls/callback.ts';
import type { Wait } from '../calls/callback-request.ts';
import type { CallFacts } from './call-facts.ts';
import type { LegOutcome } from './details.ts';
import { isForwarded } from './dials.ts';
import { firstLeg } from './first-leg.ts';
import { firstChannel } from './originate-response.ts';
import { secondLeg } from './second-leg.ts';

export interface Outcome {
  status: CallStatus;
  first: LegOutcome['leg'];
  second: LegOutcome['leg'];
  /** Every channel of the call has ended. */
  over: boolean;
  /** Nothing is missing that may still come for what is already decided, such as the cause of a rejection. */
  complete: boolean;
}

export interface OutcomeOptions {
  /** The dialplan itself is the second party: an IVR, a queue, a playback. */
  dialplanAnswers?: boolean;
  /** Events of the call were lost, or came before we listened: what was not seen may have happened all the same. */
  lossy?: boolean;
}

/** What the facts come to. */
export function outcomeOf(
  facts: CallFacts,
  { dialplanAnswers = false, lossy = false }: OutcomeOptions = {},
): Outcome {
  const first = firstLeg(facts, lossy);
  const second = secondLeg(facts, { first, dialplanAnswers, lossy });
  const over = isOver(facts, first.leg.status);
  const sure = first.sure && second.sure;
  return {
    status: over && !sure ? unlessAnswered(second) : statusOf(first.leg.status, second.leg.status, over),
    first: first.leg,
    second: second.leg,
    over,
    complete: first.complete && second.complete,
  };
}

const unlessAnswered = ({ leg }: LegOutcome): CallStatus =>
  leg.status === 'answered' ? 'completed' : 'unknown';

/** Whether what a request waits for has been decided. */
export function isDecided(
  { first, second, over }: Pick<Outcome, 'first' | 'second' | 'over'>,
  wait: Wait,
): boolean {
  const pending = (status: LegStatus): boolean => status === 'waiting' || status === 'ringing';
  if (over || wait === 'accepted') return true;
  if (pending(first.status)) return false;
  if (first.status !== 'answered') return true;
  return wait === 'answered' || (wait === 'connected' && !pending(second.status));
}

function isOver(facts: CallFacts, first: LegStatus): boolean {
  const channels = [...facts.channels.values()];
  const allHungUp = channels.every(({ hungUpAt }) => hungUpAt !== undefined);
  const firstKnown = facts.channels.get(firstChannel(facts))?.hungUpAt !== undefined && !isForwarded(facts);
  // A first leg that failed never had a channel where the phone is unknown.
  return allHungUp && (firstKnown || !['waiting', 'ringing', 'answered'].includes(first));
}

function statusOf(first: LegStatus, second: LegStatus, over: boolean): CallStatus {
  if (second === 'answered') return over ? 'completed' : 'in-progress';
  switch (first) {
    case 'waiting':
      return 'queued';
    case 'answered':
      if (!over) return 'in-progress';
      // Over, and nobody was ever reached: the one who was there hung up.
      return second === 'waiting' || second === 'ringing' ? 'canceled' : second;
    default:
      return first;
  }
}

/** The callback as the facts tell it. */
export function withOutcome(callback: Callback, { status, first, second }: Outcome): Callback {
  return {
    ...callback,
    status,
    legs: {
      first: { party: callback.legs.first.party, ...first },
      second: { party: callback.legs.second.party, ...second },
    },
  };
}
