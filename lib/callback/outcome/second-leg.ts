import { type Fate, fateOfCause, fateOfDialStatus, mostTelling } from './causes.ts';
import { answeredDetails, causeOf, detailsOf, known, type LegOutcome } from './details.ts';
import { behind, dialledBy, isForwarded } from './dials.ts';
import type { CallFacts } from './facts.ts';
import { firstChannel } from './response.ts';

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
  const fates = dialled.map((id) => ({ id, fate: fateOfDialled(facts, id) }));
  const fate = mostTelling(fates.map((each) => each.fate)) ?? { status: 'failed', reason: 'other' };
  const told = facts.channels.get(fates.find((each) => each.fate === fate)?.id ?? '');
  const allTold = dialled.every((id) => facts.channels.get(id)?.hungUpAt && facts.dials.get(id)?.status);
  // As long as the caller is there, the dialplan may dial somebody else: the next trunk, a colleague.
  return known({ ...fate, ...detailsOf(told), ...causeOf(told) }, allTold && callerGone);
}

function fateOfDialled(facts: CallFacts, id: string): Fate {
  const status = facts.dials.get(id)?.status ?? '';
  const inner = behind(facts, id).map((each) => facts.channels.get(each)?.cause);
  const causes = [facts.channels.get(id)?.cause, ...inner];
  // Who is dialled no longer because the caller went away has a cause that tells nothing. NOANSWER is no such
  // thing: PJSIP has it for rejections too.
  if (status === 'CANCEL') return fateOfDialStatus(status);
  return mostTelling(causes.flatMap((cause) => fateOfCause(cause) ?? [])) ?? fateOfDialStatus(status);
}

/** The dialplan ended without a dial, or Dial found no channel for it: its cause stands on the first channel. */
function neverDialled(facts: CallFacts, first: LegOutcome, callerGone: boolean): LegOutcome {
  const { status } = first.leg;
  if (status === 'waiting' || status === 'ringing') return known({ status: 'waiting' });
  if (status !== 'answered') return known({ status: 'canceled' });
  if (!callerGone || isForwarded(facts)) return known({ status: 'waiting' });
  const channel = facts.channels.get(firstChannel(facts));
  const fate = fateOfCause(channel?.cause);
  return known(fate ? { ...fate, ...causeOf(channel) } : { status: 'canceled' });
}

const rings = (facts: CallFacts, id: string): boolean =>
  [id, ...behind(facts, id)].some((each) => facts.channels.get(each)?.ringingAt !== undefined);
