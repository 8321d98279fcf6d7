import { header } from '../../ajam/index.ts';
import type { Leg } from '../callback.ts';
import {
  type Fate,
  fateOfCause,
  fateOfDialStatus,
  fateOfReason,
  mostTelling,
  NORMAL_CLEARING,
} from './causes.ts';
import { behind, dialledBy, farHalf, isForwarded } from './dials.ts';
import type { CallFacts, ChannelFacts } from './facts.ts';

/** A leg without who it is, and whether its facts are all there: a failure's cause may come after the failure. */
export interface LegOutcome {
  leg: Omit<Leg, 'party'>;
  complete: boolean;
}

/** The channel that was originated. */
export function firstLeg(facts: CallFacts): LegOutcome {
  const channel = facts.channels.get(facts.id);
  const attempts = [facts.id, farHalf(facts, facts.id), ...behind(facts, facts.id)].map((id) =>
    facts.channels.get(id),
  );
  const answer = facts.originateResponse && header(facts.originateResponse, 'Response');
  if (answer === 'Success' || channel?.upAt !== undefined) {
    // The response may overtake the answer that it reports, and with it how long the phone rang.
    const complete = channel?.upAt !== undefined;
    return { leg: { status: 'answered', ...answeredDetails(facts, facts.id) }, complete };
  }
  const reason = facts.originateResponse && header(facts.originateResponse, 'Reason');
  // With Reason 0 the channel must be gone: while it lives, the refusal was for somebody who asked for it again.
  const refused = answer === 'Failure' && (!channel || reason !== '0');
  const forwarded = isForwarded(facts);
  // The response may come after the hang-up that it reports.
  const ended = forwarded ? answer === 'Failure' : refused || channel?.hungUpAt !== undefined;
  if (!ended) {
    const ringing = forwarded || attempts.some((attempt) => attempt?.ringingAt !== undefined);
    return { leg: { status: ringing ? 'ringing' : 'waiting', ...detailsOf(channel) }, complete: true };
  }
  // The cause first: chan_sip gives Reason 5 for a rejection and for no answer as well.
  const fate =
    mostTelling(attempts.flatMap((attempt) => fateOfCause(attempt?.cause) ?? [])) ??
    fateOfReason(reason) ??
    fateWithoutCause(facts);
  const told = attempts.find((attempt) => fateOfCause(attempt?.cause)) ?? channel;
  return {
    leg: { ...fate, ...detailsOf(channel), ...causeOf(told) },
    complete: answer !== undefined && channel?.hungUpAt !== undefined,
  };
}

/** Without any channel there was no such phone, or none registered; normal clearing before the answer is a cancel. */
function fateWithoutCause(facts: CallFacts): Fate {
  const channel = facts.channels.get(facts.id);
  if (!channel) return { status: 'failed', reason: 'unreachable' };
  // Only when its time ran out does a dial end without a DialEnd. The response may come much later: the dialplan's
  // extension `failed` is run first.
  const dial = facts.dials.get(facts.id);
  if (dial && dial.status === undefined && !facts.originateResponse) return { status: 'no-answer' };
  const canceled = channel.cause === NORMAL_CLEARING || (channel.hangupRequested && !channel.cause);
  return canceled ? { status: 'canceled' } : { status: 'failed', reason: 'other' };
}

/** Whom the dialplan dialled for the channel that was originated; of several attempts the best. */
export function secondLeg(facts: CallFacts, { dialplanAnswers }: { dialplanAnswers: boolean }): LegOutcome {
  const dialled = dialledBy(facts, facts.id);
  const answered = dialled.find((id) => facts.channels.get(id)?.upAt !== undefined);
  if (answered !== undefined) {
    return { leg: { status: 'answered', ...answeredDetails(facts, answered) }, complete: true };
  }
  // Whomever a queue rings in vain: the dialplan itself has answered.
  if (dialplanAnswers && firstLeg(facts).leg.status === 'answered') {
    return { leg: { status: 'answered' }, complete: true };
  }
  const pending = dialled.filter((id) => !facts.dials.get(id)?.status && !facts.channels.get(id)?.hungUpAt);
  const channel = facts.channels.get(pending[0] ?? dialled[0] ?? '');
  if (pending.length > 0) {
    const ringing = pending.some((id) => rings(facts, id));
    return { leg: { status: ringing ? 'ringing' : 'waiting', ...detailsOf(channel) }, complete: true };
  }
  if (dialled.length === 0) return neverDialled(facts);
  const fates = dialled.map((id) => ({ id, fate: fateOfDialled(facts, id) }));
  const fate = mostTelling(fates.map((each) => each.fate)) ?? { status: 'failed', reason: 'other' };
  const told = facts.channels.get(fates.find((each) => each.fate === fate)?.id ?? '');
  return {
    leg: { ...fate, ...detailsOf(told), ...causeOf(told) },
    complete: dialled.every((id) => facts.channels.get(id)?.hungUpAt && facts.dials.get(id)?.status),
  };
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
function neverDialled(facts: CallFacts): LegOutcome {
  const first = facts.channels.get(facts.id);
  const { status } = firstLeg(facts).leg;
  if (status === 'waiting' || status === 'ringing') return { leg: { status: 'waiting' }, complete: true };
  if (status !== 'answered') return { leg: { status: 'canceled' }, complete: true };
  if (!first?.hungUpAt || isForwarded(facts)) return { leg: { status: 'waiting' }, complete: true };
  const fate = fateOfCause(first.cause);
  return { leg: fate ? { ...fate, ...causeOf(first) } : { status: 'canceled' }, complete: true };
}

const rings = (facts: CallFacts, id: string): boolean =>
  [id, ...behind(facts, id)].some((each) => facts.channels.get(each)?.ringingAt !== undefined);

function causeOf(channel: ChannelFacts | undefined): Partial<Leg> {
  if (channel?.cause === undefined) return {};
  return { cause: channel.cause, ...(channel.causeText && { causeText: channel.causeText }) };
}

/** Asterisk optimises Local channels away: the phone behind one may talk on when that has long ended. */
function answeredDetails(facts: CallFacts, id: string): Partial<Leg> {
  const channel = facts.channels.get(id);
  const phone = behind(facts, id)
    .map((each) => facts.channels.get(each))
    .find((each) => each?.upAt !== undefined);
  if (!phone) return detailsOf(channel);
  const { hungUpAt: _, ...withoutEnd } = channel ?? {};
  return detailsOf({ ...withoutEnd, ...(phone.hungUpAt && { hungUpAt: phone.hungUpAt }) });
}

function detailsOf(channel: ChannelFacts | undefined): Partial<Leg> {
  const { name, ringingAt, upAt, hungUpAt } = channel ?? {};
  const rung = seconds(ringingAt, upAt ?? hungUpAt);
  const talked = seconds(upAt, hungUpAt);
  return {
    ...(name && { channel: name }),
    ...(rung !== undefined && { ringSeconds: rung }),
    ...(talked !== undefined && { talkSeconds: talked }),
  };
}

function seconds(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Math.max(0, Math.round((to - from) / 100) / 10);
}
