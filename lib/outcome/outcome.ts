import type { Callback, CallStatus, LegStatus } from '../calls/callback.ts';
import type { Wait } from '../calls/callback-request.ts';
import { type CallFacts, isForwarded } from './call-facts.ts';
import { firstLeg } from './first-leg.ts';
import type { LegOutcome } from './leg-outcome.ts';
import { firstChannel } from './originate-response.ts';
import { secondLeg } from './second-leg.ts';

export interface Outcome {
  status: CallStatus;
  first: LegOutcome['leg'];
  second: LegOutcome['leg'];
  /** Whether every channel of the call has ended. */
  over: boolean;
  /** Whether all facts of the outcome are known. The cause of a rejection may come after the rejection. */
  complete: boolean;
}

export interface OutcomeOptions {
  /** Whether the dialplan itself is the second party: an IVR, a queue or a playback. */
  dialplanAnswers?: boolean;
  /** Whether events of the call were lost, or came before this process listened. */
  eventsLost?: boolean;
}

/** Returns the outcome that the facts show. */
export function outcomeOf(
  facts: CallFacts,
  { dialplanAnswers = false, eventsLost = false }: OutcomeOptions = {},
): Outcome {
  const factsMissing = eventsLost || facts.incomplete;
  const first = firstLeg(facts, factsMissing);
  const second = secondLeg(facts, { first, dialplanAnswers, factsMissing });
  const over = isOver(facts, first.leg.status);
  const sure = first.sure && second.sure;
  return {
    status: over && !sure ? statusWithoutProof(second) : statusOf(first.leg.status, second.leg.status, over),
    first: first.leg,
    second: second.leg,
    over,
    complete: first.complete && second.complete,
  };
}

/** Returns the status of a call that is over, and whose end may be among lost events. */
const statusWithoutProof = ({ leg }: LegOutcome): CallStatus =>
  leg.status === 'answered' ? 'completed' : 'unknown';

/** Returns whether the call has reached the state in `wait`, or can no longer reach it. */
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
  const firstHungUp = facts.channels.get(firstChannel(facts))?.hungUpAt !== undefined && !isForwarded(facts);
  // A first leg that failed has no channel if the phone is unknown.
  return allHungUp && (firstHungUp || !['waiting', 'ringing', 'answered'].includes(first));
}

function statusOf(first: LegStatus, second: LegStatus, over: boolean): CallStatus {
  if (second === 'answered') return over ? 'completed' : 'in-progress';
  switch (first) {
    case 'waiting':
      return 'queued';
    case 'answered':
      if (!over) return 'in-progress';
      // The first party hung up before the second party was reached.
      return second === 'waiting' || second === 'ringing' ? 'canceled' : second;
    default:
      return first;
  }
}

/** Returns the callback with an outcome. */
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
