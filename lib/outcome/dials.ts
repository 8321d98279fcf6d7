import { type CallFacts, FORWARD } from './call-facts.ts';

/** Oldest first, whatever the order in which we learned of them: uniqueids end in a number that counts up. */
export const dialledBy = (facts: CallFacts, caller: string): string[] =>
  [...facts.dials]
    .filter(([, dial]) => dial.caller === caller)
    .map(([id]) => id)
    .toSorted((a, b) => ageOf(a) - ageOf(b));

const ageOf = (uniqueid: string): number => Number(/\.(\d+)$/.exec(uniqueid)?.[1] ?? 0);

/** A Local channel dials the phone itself from its far half. */
export const behind = (facts: CallFacts, id: string): string[] => dialledBy(facts, farHalf(facts, id));

export const farHalf = (facts: CallFacts, id: string): string => facts.halves.get(id) ?? `${id};2`;

/**
 * Whether the first phone sent the call on to another one (SIP 302). Asterisk dials that with a channel which has
 * nothing of ours: the OriginateResponse is the last that we hear of the call.
 */
export const isForwarded = ({ dials, id }: CallFacts): boolean => dials.get(id)?.status === FORWARD;
