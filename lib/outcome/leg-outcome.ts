import type { Leg } from '../calls/callback.ts';
import { behind, type CallFacts, type ChannelFacts } from './call-facts.ts';

export interface LegOutcome {
  leg: Omit<Leg, 'party'>;
  /** Whether all facts of the leg are known. The cause of a failure may come after the failure. */
  complete: boolean;
  /** False if the leg has ended, and the event that reports its result may be lost. Then `leg` is the last known state. */
  sure: boolean;
}

export const knownLeg = (leg: LegOutcome['leg'], complete = true): LegOutcome => ({
  leg,
  complete,
  sure: true,
});

export function causeOf(channel: ChannelFacts | undefined): Partial<Leg> {
  if (channel?.cause === undefined) return {};
  return { cause: channel.cause, ...(channel.causeText && { causeText: channel.causeText }) };
}

/** Returns the details of an answered leg. Asterisk may end a Local channel while the phone behind it still talks. */
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
