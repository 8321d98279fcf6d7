import { behind, type CallFacts, type ChannelFacts, FORWARD } from './call-facts.ts';
import { type LegResult, resultOfCause, resultOfDial } from './causes.ts';

/** How one dial ended. The status and the cause of the leg come from this channel. */
export interface DialResult {
  result: LegResult;
  channel: ChannelFacts | undefined;
}

export function byCause(channel: ChannelFacts | undefined): DialResult[] {
  const result = resultOfCause(channel?.cause);
  return result ? [{ result, channel }] : [];
}

/**
 * Returns the results of the phones behind a Local channel. A phone whose dial was canceled has no result: the
 * cause of its channel says nothing about the phone. The end of the Local channel shows why the dial was canceled.
 */
export const resultsBehind = (facts: CallFacts, id: string): DialResult[] =>
  behind(facts, id).flatMap((each) => {
    const status = facts.dials.get(each)?.status;
    if (status === undefined || [FORWARD, 'ANSWER', 'CANCEL'].includes(status)) return [];
    const channel = facts.channels.get(each);
    return [{ result: resultOfDial(status, channel?.cause), channel }];
  });

/** Returns whether a phone behind a Local channel still rang when the Local channel ended. */
export const wasCutOff = (facts: CallFacts, id: string): boolean =>
  behind(facts, id).some((each) => facts.dials.get(each)?.status === 'CANCEL');

/** Returns whether the end of a dial and its cause are known. */
export const isComplete = (facts: CallFacts, id: string): boolean =>
  facts.channels.get(id)?.hungUpAt !== undefined && facts.dials.get(id)?.status !== undefined;

/**
 * Returns the most important result. A customer who was busy on the second trunk is busy, although the first trunk
 * failed. If the caller hung up while a phone rang, the call is canceled, and the results of the other phones do not
 * matter.
 */
export function mostTelling<T extends DialResult>(results: readonly T[]): T | undefined {
  const rank = ({ result: { status, reason } }: DialResult): number => {
    const order = ['canceled', 'busy', 'rejected', 'no-answer', 'unreachable', 'congestion', 'other'];
    return order.indexOf(reason ?? status);
  };
  return results.toSorted((a, b) => rank(a) - rank(b))[0];
}
