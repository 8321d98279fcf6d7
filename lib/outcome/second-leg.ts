import { behind, type CallFacts, dialledBy, isForwarded } from './call-facts.ts';
import { resultOfCause, resultOfDial } from './causes.ts';
import { type DialResult, isComplete, mostTelling, resultsBehind } from './dial-results.ts';
import { answeredDetails, causeOf, detailsOf, knownLeg, type LegOutcome } from './leg-outcome.ts';
import { firstChannel } from './originate-response.ts';

export interface SecondLegOptions {
  first: LegOutcome;
  dialplanAnswers: boolean;
  lossy: boolean;
}

/**
 * Returns the outcome of the party that the dialplan dialled. If it dialled several times, an answered dial counts, else
 * the most important result.
 */
export function secondLeg(facts: CallFacts, options: SecondLegOptions): LegOutcome {
  const { first, dialplanAnswers, lossy } = options;
  const caller = firstChannel(facts);
  const dialled = dialledBy(facts, caller);
  const answered = dialled.find((id) => facts.channels.get(id)?.upAt !== undefined);
  if (answered !== undefined) return knownLeg({ status: 'answered', ...answeredDetails(facts, answered) });
  // The dialplan has answered, even if a queue still rings phones.
  if (dialplanAnswers && first.leg.status === 'answered') return knownLeg({ status: 'answered' });

  const pending = dialled.filter((id) => !facts.dials.get(id)?.status && !facts.channels.get(id)?.hungUpAt);
  // Another dial may have been answered, and its events lost.
  const sure = !lossy || first.leg.status !== 'answered';
  const callerGone = facts.channels.get(caller)?.hungUpAt !== undefined;
  if (pending.length > 0 || (dialled.length > 0 && !sure)) {
    const channel = facts.channels.get(pending[0] ?? dialled[0] ?? '');
    const ringing = dialled.some((id) => rings(facts, id));
    return { ...knownLeg({ status: ringing ? 'ringing' : 'waiting', ...detailsOf(channel) }), sure };
  }
  if (dialled.length === 0) return { ...neverDialled(facts, first, callerGone && sure), sure };
  const dial = mostTelling(dialled.flatMap((id) => resultsAt(facts, id)));
  const result = dial?.result ?? { status: 'failed', reason: 'other' };
  const complete = dialled.flatMap((id) => [id, ...behind(facts, id)]).every((id) => isComplete(facts, id));
  const details = detailsOf(facts.channels.get(dial?.dialled ?? ''));
  // As long as the caller is there, the dialplan may dial the next trunk or a colleague.
  return knownLeg({ ...result, ...details, ...causeOf(dial?.channel) }, complete && callerGone);
}

/** Returns the results of a dialled channel and of the phones behind it. */
function resultsAt(facts: CallFacts, dialled: string): (DialResult & { dialled: string })[] {
  const channel = facts.channels.get(dialled);
  const status = facts.dials.get(dialled)?.status ?? '';
  const own = { result: resultOfDial(status, channel?.cause), channel };
  const inner = status === 'CANCEL' ? [] : resultsBehind(facts, dialled);
  // A Local channel without a cause adds nothing to the phones behind it, unless it rang until the timeout.
  const counts =
    inner.length === 0 || resultOfCause(channel?.cause) || (status === 'NOANSWER' && !channel?.cause);
  return [...(counts ? [own] : []), ...inner].map((dial) => ({ ...dial, dialled }));
}

/**
 * Returns the outcome if nothing was dialled, or if Dial could not create a channel. The first channel then has the
 * cause.
 */
function neverDialled(facts: CallFacts, first: LegOutcome, callerGone: boolean): LegOutcome {
  const { status } = first.leg;
  if (status === 'waiting' || status === 'ringing') return knownLeg({ status: 'waiting' });
  if (status !== 'answered') return knownLeg({ status: 'canceled' });
  if (!callerGone || isForwarded(facts)) return knownLeg({ status: 'waiting' });
  const channel = facts.channels.get(firstChannel(facts));
  const result = resultOfCause(channel?.cause);
  return knownLeg(result ? { ...result, ...causeOf(channel) } : { status: 'canceled' });
}

const rings = (facts: CallFacts, id: string): boolean =>
  [id, ...behind(facts, id)].some((each) => facts.channels.get(each)?.ringingAt !== undefined);
