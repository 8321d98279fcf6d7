import { header } from '../../ajam/index.ts';
import { type Fate, fateOfCause, fateOfReason, mostTelling, NORMAL_CLEARING } from './causes.ts';
import { answeredDetails, causeOf, detailsOf, known, type LegOutcome } from './details.ts';
import { behind, dialledBy, farHalf, isForwarded } from './dials.ts';
import type { CallFacts } from './facts.ts';
import { firstChannel, isSuccess, ownResponse } from './response.ts';

/** The channel that was originated, or the one that has picked it up. */
export function firstLeg(facts: CallFacts, lossy: boolean): LegOutcome {
  const first = firstChannel(facts);
  const channel = facts.channels.get(first);
  const attempts = [first, farHalf(facts, first), ...behind(facts, first)].map((id) =>
    facts.channels.get(id),
  );
  const response = ownResponse(facts);
  const up = channel?.upAt !== undefined;
  // Only a channel that has answered enters the dialplan, and dials.
  if (up || (response && isSuccess(response)) || dialledBy(facts, first).length > 0) {
    // The response may overtake the answer that it reports, and with it how long the phone rang.
    return known({ status: 'answered', ...answeredDetails(facts, first) }, up);
  }
  const reason = response && header(response, 'Reason');
  const forwarded = isForwarded(facts);
  // The response may come after the hang-up that it reports.
  const ended = response !== undefined || (channel?.hungUpAt !== undefined && !forwarded);
  const complete = response !== undefined && channel?.hungUpAt !== undefined;
  // The cause first: chan_sip gives Reason 5 for a rejection and for no answer as well.
  const telling =
    mostTelling(attempts.flatMap((attempt) => fateOfCause(attempt?.cause) ?? [])) ?? fateOfReason(reason);
  const sure = !ended || !lossy || (complete && telling !== undefined);
  if (!ended || !sure) {
    const ringing = forwarded || attempts.some((attempt) => attempt?.ringingAt !== undefined);
    return { ...known({ status: ringing ? 'ringing' : 'waiting', ...detailsOf(channel) }), sure };
  }
  const told = attempts.find((attempt) => fateOfCause(attempt?.cause)) ?? channel;
  const fate = telling ?? fateWithoutCause(facts);
  return known({ ...fate, ...detailsOf(channel), ...causeOf(told) }, complete);
}

/** Without any channel there was no such phone, or none registered; normal clearing before the answer is a cancel. */
function fateWithoutCause(facts: CallFacts): Fate {
  const channel = facts.channels.get(facts.id);
  if (!channel) return { status: 'failed', reason: 'unreachable' };
  // Only when its time ran out does a dial end without a DialEnd. The response may come much later: the dialplan's
  // extension `failed` is run first.
  const dial = facts.dials.get(facts.id);
  if (dial && dial.status === undefined) return { status: 'no-answer' };
  const canceled = channel.cause === NORMAL_CLEARING || (channel.hangupRequested && !channel.cause);
  return canceled ? { status: 'canceled' } : { status: 'failed', reason: 'other' };
}
