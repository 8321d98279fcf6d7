import { header } from '../ajam/packet.ts';
import {
  behind,
  type CallFacts,
  type ChannelFacts,
  dialledBy,
  farHalf,
  hasRung,
  isForwarded,
} from './call-facts.ts';
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

/**
 * Returns the outcome of the originated channel, or of the channel that picked up its call. Decides in this order:
 *
 * 1. The leg is answered if its channel is up, if the response reports success, or if the channel has dialled.
 * 2. Until the response or the hangup arrives, the leg is waiting or ringing.
 * 3. If facts are missing that could show an answer, the leg keeps its last state, and the outcome is not sure.
 * 4. The leg ended without an answer. A cause or a timeout shows the result, else the Reason of the response, else the hangup.
 *
 * @param factsMissing Whether events were lost or not kept.
 */
export function firstLeg(facts: CallFacts, factsMissing: boolean): LegOutcome {
  const first = firstChannel(facts);
  const channel = facts.channels.get(first);
  const response = ownResponse(facts);

  const isUp = channel?.upAt !== undefined;
  // Only an answered channel enters the dialplan and dials.
  const hasDialled = dialledBy(facts, first).length > 0;
  if (isUp || (response && isSuccess(response)) || hasDialled) {
    // The response may arrive before the event of the answer. Only this event shows how long the phone rang.
    return knownLeg({ status: 'answered', ...answeredDetails(facts, first) }, isUp);
  }

  const forwarded = isForwarded(facts);
  const isRinging = forwarded || hasRung(facts, first);
  const lastState = knownLeg({ status: isRinging ? 'ringing' : 'waiting', ...detailsOf(channel) });
  const isHungUp = channel?.hungUpAt !== undefined;
  // The response may come after the hangup that it reports. The hangup of a forwarded call is not the end of the leg.
  if (!response && (!isHungUp || forwarded)) return lastState;

  const end = endOf(facts, first, factsMissing);
  const allKnown = response !== undefined && isHungUp && hasEveryEndBehind(facts, first);
  // A Local channel may have dialled a phone whose events were lost.
  const endIsProven = allKnown && end !== undefined && !channel.name?.startsWith('Local/');
  if (factsMissing && !endIsProven) return { ...lastState, sure: false };

  const reason = response && header(response, 'Reason');
  // A cause counts more than the Reason, because chan_sip gives the Reason 5 (busy) for a rejection and for no answer too.
  const result = end?.result ?? resultOfReason(reason) ?? resultWithoutCause(channel);
  return knownLeg({ ...result, ...detailsOf(channel), ...causeOf(end ? end.channel : channel) }, allKnown);
}

/** Returns whether the ends of the far half of a Local channel, and of the phones behind it, are known. */
function hasEveryEndBehind(facts: CallFacts, id: string): boolean {
  const far = facts.channels.get(farHalf(facts, id));
  return (!far || far.hungUpAt !== undefined) && behind(facts, id).every((phone) => isComplete(facts, phone));
}

/** Returns the end of the first channel that a cause, a timeout or a phone behind the channel shows. */
function endOf(facts: CallFacts, first: string, factsMissing: boolean): DialResult | undefined {
  const channel = facts.channels.get(first);
  const timedOut = rangUntilTimeout(facts, factsMissing);
  const isCanceledWhileRinging = !timedOut && wasCutOff(facts, first) && isCanceled(channel);
  return mostTelling([
    ...(isCanceledWhileRinging ? [{ result: { status: 'canceled' } as const, channel }] : []),
    ...byCause(channel),
    ...(timedOut ? [{ result: { status: 'no-answer' } as const, channel }] : []),
    ...byCause(facts.channels.get(farHalf(facts, first))),
    ...resultsBehind(facts, first),
  ]);
}

/**
 * Returns whether the phone rang until the timeout of the Originate. Only after a timeout the dial ends without a DialEnd. The
 * response reports the timeout too, but may come much later, because Asterisk runs the dialplan's extension `failed` first.
 */
function rangUntilTimeout(facts: CallFacts, factsMissing: boolean): boolean {
  const response = ownResponse(facts);
  if (response && resultOfReason(header(response, 'Reason'))?.status === 'no-answer') return true;
  const dial = facts.dials.get(facts.id);
  return !factsMissing && dial !== undefined && dial.status === undefined;
}

/** Without a channel the phone does not exist or is not registered. */
function resultWithoutCause(channel: ChannelFacts | undefined): LegResult {
  if (!channel) return { status: 'failed', reason: 'unreachable' };
  return isCanceled(channel) ? { status: 'canceled' } : { status: 'failed', reason: 'other' };
}

/** Normal clearing before the answer means that somebody canceled the call. */
const isCanceled = (channel: ChannelFacts | undefined): boolean =>
  channel?.cause === NORMAL_CLEARING || (channel?.hangupRequested === true && !channel.cause);
