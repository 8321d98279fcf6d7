import type { CallFacts } from './call-facts.ts';
import { resultOfCause, resultOfDial } from './causes.ts';
import { answeredDetails, causeOf, detailsOf, known, type LegOutcome } from './details.ts';
import { type Attempt, attemptsBehind, isTold, mostTelling } from './dial-attempts.ts';
import { behind, dialledBy, isForwarded } from './dials.ts';
import { firstChannel } from './originate-response.ts';

export interface SecondLegOptions {
  /** The first leg as it is known. */
  first: LegOutcome;
  dialplanAnswers: boolean;
  lossy: boolean;
}

/** Whom the dialplan dialled for the first channel; of several attempts the best. */
export function secondLeg(facts: CallFacts, options: SecondLegOptions): LegOutcome {
  const { first, dialplanAnswers, lossy } = options;
  const caller = firstChannel(facts);
  const dialled = dialledBy(facts, caller);
  const answered = dialled.find((id) => facts.channels.get(id)?.upAt !== undefined);
  if (answered !== undefined) return known({ status: 'answered', ...answeredDetails(facts, answered) });
  // Whomever a queue rings in vain: the dialplan itself has answered.
  if (dialplanAnswers && first.leg.status === 'answered') return known({ status: 'answered' });

  const pending = dialled.filter((id) => !facts.dials.get(id)?.status && !facts.channels.get(id)?.hungUpAt);
  // Whoever was dialled besides may have answered.
  const sure = !lossy || first.leg.status !== 'answered';
  const callerGone = facts.channels.get(caller)?.hungUpAt !== undefined;
  if (pending.length > 0 || (dialled.length > 0 && !sure)) {
    const channel = facts.channels.get(pending[0] ?? dialled[0] ?? '');
    const ringing = dialled.some((id) => rings(facts, id));
    return { ...known({ status: ringing ? 'ringing' : 'waiting', ...detailsOf(channel) }), sure };
  }
  if (dialled.length === 0) return { ...neverDialled(facts, first, callerGone && sure), sure };
  const told = mostTelling(dialled.flatMap((id) => attemptsAt(facts, id)));
  const result = told?.result ?? { status: 'failed', reason: 'other' };
  const allTold = dialled.flatMap((id) => [id, ...behind(facts, id)]).every((id) => isTold(facts, id));
  const details = detailsOf(facts.channels.get(told?.dialled ?? ''));
  // As long as the caller is there, the dialplan may dial somebody else: the next trunk, a colleague.
  return known({ ...result, ...details, ...causeOf(told?.channel) }, allTold && callerGone);
}

/** What came of one who was dialled, and of the phones behind it. */
function attemptsAt(facts: CallFacts, dialled: string): (Attempt & { dialled: string })[] {
  const channel = facts.channels.get(dialled);
  const status = facts.dials.get(dialled)?.status ?? '';
  const own = { result: resultOfDial(status, channel?.cause), channel };
  const inner = status === 'CANCEL' ? [] : attemptsBehind(facts, dialled);
  // A Local channel without a cause tells nothing that the phones behind it do not, unless its time ran out.
  const counts =
    inner.length === 0 || resultOfCause(channel?.cause) || (status === 'NOANSWER' && !channel?.cause);
  return [...(counts ? [own] : []), ...inner].map((attempt) => ({ ...attempt, dialled }));
}

/** The dialplan ended without a dial, or Dial found no channel for it: its cause stands on the first channel. */
function neverDialled(facts: CallFacts, first: LegOutcome, callerGone: boolean): LegOutcome {
  const { status } = first.leg;
  if (status === 'waiting' || status === 'ringing') return known({ status: 'waiting' });
  if (status !== 'answered') return known({ status: 'canceled' });
  if (!callerGone || isForwarded(facts)) return known({ status: 'waiting' });
  const channel = facts.channels.get(firstChannel(facts));
  const result = resultOfCause(channel?.cause);
  return known(result ? { ...result, ...causeOf(channel) } : { status: 'canceled' });
}

const rings = (facts: CallFacts, id: string): boolean =>
  [id, ...behind(facts, id)].some((each) => facts.channels.get(each)?.ringingAt !== undefined);
