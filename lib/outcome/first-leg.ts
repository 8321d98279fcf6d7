import { header } from '../ajam/packet.ts';
import type { CallFacts, ChannelFacts } from './call-facts.ts';
import { type LegResult, NORMAL_CLEARING, resultOfReason } from './causes.ts';
import { answeredDetails, causeOf, detailsOf, known, type LegOutcome } from './details.ts';
import { type Attempt, attemptsBehind, byCause, isTold, mostTelling, wasCutOff } from './dial-attempts.ts';
import { behind, dialledBy, farHalf, isForwarded } from './dials.ts';
import { firstChannel, isSuccess, ownResponse } from './originate-response.ts';

/** The channel that was originated, or the one that has picked it up. */
export function firstLeg(facts: CallFacts, lossy: boolean): LegOutcome {
  const first = firstChannel(facts);
  const channel = facts.channels.get(first);
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
  const phones = behind(facts, first);
  const hungUp = [first, farHalf(facts, first)].every((id) => isGone(facts.channels.get(id)));
  const complete =
    response !== undefined && channel !== undefined && hungUp && phones.every((id) => isTold(facts, id));
  const told = howItEnded(facts, first, lossy);
  // Behind a Local channel a phone that was not heard of may have told more.
  const telling = told !== undefined && !channel?.name?.startsWith('Local/');
  const sure = !ended || !lossy || (complete && telling);
  if (!ended || !sure) {
    const rings = [first, ...phones].some((id) => facts.channels.get(id)?.ringingAt !== undefined);
    const status = forwarded || rings ? 'ringing' : 'waiting';
    return { ...known({ status, ...detailsOf(channel) }), sure };
  }
  const result = told?.result ?? resultOfReason(reason) ?? resultWithoutCause(channel);
  return known({ ...result, ...detailsOf(channel), ...causeOf(told ? told.channel : channel) }, complete);
}

const isGone = (channel: ChannelFacts | undefined): boolean => !channel || channel.hungUpAt !== undefined;

/** The causes come before the Reason: chan_sip gives 5 for a rejection and for no answer as well. */
function howItEnded(facts: CallFacts, first: string, lossy: boolean): Attempt | undefined {
  const channel = facts.channels.get(first);
  const late = ranOutOfTime(facts, lossy);
  const canceled = !late && wasCutOff(facts, first) && isCanceled(channel);
  return mostTelling([
    ...(canceled ? [{ result: { status: 'canceled' } as const, channel }] : []),
    ...byCause(channel),
    ...(late ? [{ result: { status: 'no-answer' } as const, channel }] : []),
    ...byCause(facts.channels.get(farHalf(facts, first))),
    ...attemptsBehind(facts, first),
  ]);
}

/**
 * Only when its time ran out does a dial end without a DialEnd. The response, which says so too, may come much later: the
 * dialplan's extension `failed` is run first.
 */
function ranOutOfTime(facts: CallFacts, lossy: boolean): boolean {
  const response = ownResponse(facts);
  if (response && resultOfReason(header(response, 'Reason'))?.status === 'no-answer') return true;
  const dial = facts.dials.get(facts.id);
  return !lossy && dial !== undefined && dial.status === undefined;
}

/** Without any channel there was no such phone, or none registered. */
function resultWithoutCause(channel: ChannelFacts | undefined): LegResult {
  if (!channel) return { status: 'failed', reason: 'unreachable' };
  return isCanceled(channel) ? { status: 'canceled' } : { status: 'failed', reason: 'other' };
}

/** Normal clearing before the answer is a cancel. */
const isCanceled = (channel: ChannelFacts | undefined): boolean =>
  channel?.cause === NORMAL_CLEARING || (channel?.hangupRequested === true && !channel.cause);
