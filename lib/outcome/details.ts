import type { Leg } from '../calls/callback.ts';
import type { CallFacts, ChannelFacts } from './call-facts.ts';
import { behind } from './dials.ts';

/** A leg without who it is. */
export interface LegOutcome {
  leg: Omit<Leg, 'party'>;
  /** Whether its facts are all there: a failure's cause may come after the failure. */
  complete: boolean;
  /** False when it has ended, and how it did may be among events that were lost; `leg` is then as last known. */
  sure: boolean;
}

export const known = (leg: LegOutcome['leg'], complete = true): LegOutcome => ({ leg, complete, sure: true });

export function causeOf(channel: ChannelFacts | undefined): Partial<Leg> {
  if (channel?.cause === undefined) return {};
  return { cause: channel.cause, ...(channel.causeText && { causeText: channel.causeText }) };
}

/** Asterisk optimises Local channels away: the phone behind one may talk on when that has long ended. */
export function answeredDetails(facts: CallFacts, id: string): Partial<Leg> {
  const channel = facts.channels.get(id);
  const phone = behind(facts, id)
    .map((each) => facts.channels.get(each))
    .find((each) => each?.upAt !== undefined);
  if (!phone) return detailsOf(channel);
  const { hungUpAt: _, ...withoutEnd } = channel ?? {};
  return detailsOf({ ...withoutEnd, ...(phone.hungUpAt && { hungUpAt: phone.hungUpAt }) });
}

export function detailsOf(channel: ChannelFacts | undefined): Partial<Leg> {
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
