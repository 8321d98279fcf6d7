import { type CallFacts, type ChannelFacts, FORWARD } from './call-facts.ts';
import { type LegResult, resultOfCause, resultOfDial } from './causes.ts';
import { behind } from './dials.ts';

/** What came of one attempt, and the channel whose end tells it: a leg's words and its cause are of one and the same. */
export interface Attempt {
  result: LegResult;
  channel: ChannelFacts | undefined;
}

export function byCause(channel: ChannelFacts | undefined): Attempt[] {
  const result = resultOfCause(channel?.cause);
  return result ? [{ result, channel }] : [];
}

/**
 * The phones behind a Local channel, as far as each has come to something by itself. One that was cut off has not: its
 * cause is that of the attempt before it, and why it was cut off only the Local channel's own end can tell.
 */
export const attemptsBehind = (facts: CallFacts, id: string): Attempt[] =>
  behind(facts, id).flatMap((each) => {
    const status = facts.dials.get(each)?.status;
    if (status === undefined || [FORWARD, 'ANSWER', 'CANCEL'].includes(status)) return [];
    const channel = facts.channels.get(each);
    return [{ result: resultOfDial(status, channel?.cause), channel }];
  });

/** Whether a phone behind a Local channel still rang when that ended. */
export const wasCutOff = (facts: CallFacts, id: string): boolean =>
  behind(facts, id).some((each) => facts.dials.get(each)?.status === 'CANCEL');

/** Whether how a dial ended is known, and with what cause. */
export const isTold = (facts: CallFacts, id: string): boolean =>
  facts.channels.get(id)?.hungUpAt !== undefined && facts.dials.get(id)?.status !== undefined;

/**
 * Of several attempts the one that tells most: a busy customer behind a dead trunk was busy. Whoever went away while
 * the last one rang ended it all.
 */
export function mostTelling<T extends Attempt>(attempts: readonly T[]): T | undefined {
  const rank = ({ result: { status, reason } }: Attempt): number => {
    const order = ['canceled', 'busy', 'rejected', 'no-answer', 'unreachable', 'congestion', 'other'];
    return order.indexOf(reason ?? status);
  };
  return attempts.toSorted((a, b) => rank(a) - rank(b))[0];
}
