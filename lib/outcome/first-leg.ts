import { header } from '../ajam/packet.ts';
import { behind, type CallFacts, type ChannelFacts, dialledBy, farHalf, isForwarded } from './call-facts.ts';
import { type LegResult, NORMAL_CLEARING, resultOfReason } from './causes.ts';
import {
  byCause,
  type DialResult,
  isComplete,
  mostTelling,
  resultsBehind,
  wasCutOff,
} from './dial-results.ts';
import { answeredDetails, causeOf, detailsOf, knownLeg, type LegOutcome } from './leg-outcome.ts';
import { firstChannel, isSuccess, ownResponse } from './originate-response.ts';

/** Returns the outcome of the channel that was originated, or of the one that picked it up. */
export function firstLeg(facts: CallFacts, lossy: boolean): LegOutcome {
  const first = firstChannel(facts);
  const channel = facts.channels.get(first);
  const response = ownResponse(facts);
  const up = channel?.upAt !== undefined;
  // Only an answered channel enters the dialplan and dials.
  if (up || (response && isSuccess(response)) || dialledBy(facts, first).length > 0) {
    // The response may arrive before the event of the answer. Only that event shows how long the phone rang.
    return knownLeg({ status: 'answered', ...answeredDetails(facts, first) }, up);
  }
  const reason = response && header(response, 'Reason');
  const forwarded = isForwarded(facts);
  // The response may come after the hangup that it reports.
  const ended = response !== undefined || (channel?.hungUpAt !== undefined && !forwarded);
  const phones = behind(facts, first);
  const hungUp = [first, farHalf(facts, first)].every((id) => isGone(facts.channels.get(id)));
  const complete =
    response !== undefined && channel !== undefined && hungUp && phones.every((id) => isComplete(facts, id));
  const dial = endOf(facts, first, lossy);
  // A Local channel may have dialled a phone whose events were lost.
  const conclusive = dial !== undefined && !channel?.name?.startsWith('Local/');
  const sure = !ended || !lossy || (complete && conclusive);
  if (!ended || !sure) {
    const rings = [first, ...phones].some((id) => facts.channels.get(id)?.ringingAt !== undefined);
    const status = forwarded || rings ? 'ringing' : 'waiting';
    return { ...knownLeg({ status, ...detailsOf(channel) }), sure };
  }
  const result = dial?.result ?? resultOfReason(reason) ?? resultWithoutCause(channel);
  return knownLeg({ ...result, ...detailsOf(channel), ...causeOf(dial ? dial.channel : channel) }, complete);
}

const isGone = (channel: ChannelFacts | undefined): boolean => !channel || channel.hungUpAt !== undefined;

/** Returns how the first channel ended. A cause counts more than the Reason: chan_sip also gives 5 for a rejection and for no answer. */
function endOf(facts: CallFacts, first: string, lossy: boolean): DialResult | undefined {
  const channel = facts.channels.get(first);
  const late = ranOutOfTime(facts, lossy);
  const canceled = !late && wasCutOff(facts, first) && isCanceled(channel);
  return mostTelling([
    ...(canceled ? [{ result: { status: 'canceled' } as const, channel }] : []),
    ...byCause(channel),
    ...(late ? [{ result: { status: 'no-answer' } as const, channel }] : []),
    ...byCause(facts.channels.get(farHalf(facts, first))),
    ...resultsBehind(facts, first),
  ]);
}

/**
 * Whether the phone rang until the timeout. Only then a dial ends without a DialEnd. The response also says so, but it may come
 * much later, because Asterisk runs the dialplan's extension `failed` first.
 */
function ranOutOfTime(facts: CallFacts, lossy: boolean): boolean {
  const response = ownResponse(facts);
  if (response && resultOfReason(header(response, 'Reason'))?.status === 'no-answer') return true;
  const dial = facts.dials.get(facts.id);
  return !lossy && dial !== undefined && dial.status === undefined;
}

/** Without a channel the phone does not exist or is not registered. */
function resultWithoutCause(channel: ChannelFacts | undefined): LegResult {
  if (!channel) return { status: 'failed', reason: 'unreachable' };
  return isCanceled(channel) ? { status: 'canceled' } : { status: 'failed', reason: 'other' };
}

/** Normal clearing before the answer means that somebody canceled the call. */
const isCanceled = (channel: ChannelFacts | undefined): boolean =>
  channel?.cause === NORMAL_CLEARING || (channel?.hangupRequested === true && !channel.cause);
