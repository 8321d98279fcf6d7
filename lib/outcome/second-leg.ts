import { behind, type CallFacts, dialledBy, hasRung, isForwarded } from './call-facts.ts';
import { resultOfCause, resultOfDial } from './causes.ts';
import { type DialResult, isComplete, mostTelling, resultsBehind } from './dial-results.ts';
import { answeredDetails, causeOf, detailsOf, knownLeg, type LegOutcome } from './leg-outcome.ts';
import { firstChannel } from './originate-response.ts';

export interface SecondLegOptions {
  first: LegOutcome;
  dialplanAnswers: boolean;
  /** Whether events were lost or not kept. */
  factsMissing: boolean;
}

/**
 * Returns the outcome of the party that the dialplan dialled. Decides in this order:
 *
 * 1. The leg is answered if a dialled channel is up, or if the dialplan itself is the second party and the first party answered.
 * 2. Without a dial, `withoutDial` decides.
 * 3. As long as a dial has no end, the leg is waiting or ringing.
 * 4. If facts are missing that could show an answered dial, the leg keeps its last state, and the outcome is not sure.
 * 5. All dials ended without an answer. The most important result counts.
 */
export function secondLeg(facts: CallFacts, options: SecondLegOptions): LegOutcome {
  const { first, dialplanAnswers, factsMissing } = options;
  const firstAnswered = first.leg.status === 'answered';
  const caller = firstChannel(facts);
  const dialled = dialledBy(facts, caller);

  const answered = dialled.find((id) => facts.channels.get(id)?.upAt !== undefined);
  if (answered !== undefined) return knownLeg({ status: 'answered', ...answeredDetails(facts, answered) });
  // The dialplan has answered, even if a queue still rings phones.
  if (dialplanAnswers && firstAnswered) return knownLeg({ status: 'answered' });

  // After the first party answered, the missing facts may contain a dial that was answered.
  const sure = !factsMissing || !firstAnswered;
  const callerHungUp = facts.channels.get(caller)?.hungUpAt !== undefined;
  const [firstDialled] = dialled;
  if (firstDialled === undefined) return { ...withoutDial(facts, first, callerHungUp && sure), sure };

  const openDial = dialled.find((id) => !facts.dials.get(id)?.status && !facts.channels.get(id)?.hungUpAt);
  if (openDial !== undefined || !sure) {
    const status = dialled.some((id) => hasRung(facts, id)) ? 'ringing' : 'waiting';
    const details = detailsOf(facts.channels.get(openDial ?? firstDialled));
    return { ...knownLeg({ status, ...details }), sure };
  }

  const dial = mostTelling(dialled.flatMap((id) => resultsAt(facts, id)));
  const result = dial?.result ?? { status: 'failed', reason: 'other' };
  const details = detailsOf(facts.channels.get(dial?.dialled ?? ''));
  const allEnded = dialled.flatMap((id) => [id, ...behind(facts, id)]).every((id) => isComplete(facts, id));
  // As long as the first channel lives, the dialplan may dial the next trunk or a colleague.
  return knownLeg({ ...result, ...details, ...causeOf(dial?.channel) }, allEnded && callerHungUp);
}

/** Returns the results of a dialled channel, and of the phones behind it if it is a Local channel. */
function resultsAt(facts: CallFacts, dialled: string): (DialResult & { dialled: string })[] {
  const channel = facts.channels.get(dialled);
  const status = facts.dials.get(dialled)?.status ?? '';
  const own = { result: resultOfDial(status, channel?.cause), channel };
  const phones = status === 'CANCEL' ? [] : resultsBehind(facts, dialled);
  const rangUntilTimeout = status === 'NOANSWER' && !channel?.cause;
  // If phones behind a Local channel have results, its own result counts only with a cause or after a timeout.
  const ownCounts = phones.length === 0 || resultOfCause(channel?.cause) || rangUntilTimeout;
  return [...(ownCounts ? [own] : []), ...phones].map((dial) => ({ ...dial, dialled }));
}

/**
 * Returns the outcome if the dialplan dialled nothing, or if Dial could not create a channel. Then the first channel has the
 * cause.
 *
 * @param callerHungUp Whether the first channel certainly ended without a dial.
 */
function withoutDial(facts: CallFacts, first: LegOutcome, callerHungUp: boolean): LegOutcome {
  const { status } = first.leg;
  if (status === 'waiting' || status === 'ringing') return knownLeg({ status: 'waiting' });
  if (status !== 'answered') return knownLeg({ status: 'canceled' });
  if (!callerHungUp || isForwarded(facts)) return knownLeg({ status: 'waiting' });
  const channel = facts.channels.get(firstChannel(facts));
  const result = resultOfCause(channel?.cause);
  return knownLeg(result ? { ...result, ...causeOf(channel) } : { status: 'canceled' });
}
