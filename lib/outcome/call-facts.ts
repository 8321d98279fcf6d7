import type { Packet } from '../ajam/packet.ts';

/** Replaces the DialStatus if the phone forwards the call. Then Asterisk dials the other phone. */
export const FORWARD = 'FORWARD';

/** More channels than a ring group or a queue needs in one call. The limit protects the memory from a hostile PBX. */
export const MAX_CHANNELS = 1000;

/** The facts of one channel. Times are the times of the events, in milliseconds since 1970. */
export interface ChannelFacts {
  name?: string;
  ringingAt?: number;
  upAt?: number;
  hungUpAt?: number;
  /** The Q.850 cause in the Hangup event. */
  cause?: number;
  causeText?: string;
  /** The PBX requested the hangup. Neither the far end nor the end of the dialplan caused it. */
  hangupRequested?: boolean;
}

/** One channel dials another. The Originate's own dial has no caller. */
export interface DialFacts {
  caller?: string;
  begunAt?: number;
  /** The DialStatus of the DialEnd event, or FORWARD. */
  status?: string;
}

/** An OriginateResponse event. */
export interface ReceivedResponse {
  packet: Packet;
  /** In milliseconds since 1970. */
  at: number;
}

/**
 * The facts of one call, from its events. Facts are added and never removed, and no fact depends on another fact, because
 * Asterisk does not guarantee the order of events.
 */
export interface CallFacts {
  readonly id: string;
  readonly channels: Map<string, ChannelFacts>;
  /** By the uniqueid of the dialled channel. */
  readonly dials: Map<string, DialFacts>;
  /** The dialled channels, by the uniqueid of the caller. */
  readonly dialled: Map<string, string[]>;
  /** The far half of a Local channel, by the uniqueid of its near half. */
  readonly halves: Map<string, string>;
  response: ReceivedResponse | undefined;
  /** Whether the call has more channels than are kept, so that some facts are missing. */
  incomplete: boolean;
}

export const newCallFacts = (id: string): CallFacts => ({
  id,
  channels: new Map(),
  dials: new Map(),
  dialled: new Map(),
  halves: new Map(),
  response: undefined,
  incomplete: false,
});

/** Returns the channels that a channel has dialled, oldest first: uniqueids end in a number that counts up. */
export const dialledBy = ({ dialled }: CallFacts, caller: string): string[] =>
  (dialled.get(caller) ?? []).toSorted((a, b) => ageOf(a) - ageOf(b));

const ageOf = (uniqueid: string): number => Number(/\.(\d+)$/.exec(uniqueid)?.[1] ?? 0);

/** Returns the phones behind a Local channel, which dials them from its far half. */
export const behind = (facts: CallFacts, id: string): string[] => dialledBy(facts, farHalf(facts, id));

export const farHalf = (facts: CallFacts, id: string): string => facts.halves.get(id) ?? `${id};2`;

/** Returns whether a channel rang, or a phone behind it. */
export const hasRung = (facts: CallFacts, id: string): boolean =>
  [id, ...behind(facts, id)].some((each) => facts.channels.get(each)?.ringingAt !== undefined);

/**
 * Returns whether the first phone forwarded the call (SIP 302). Asterisk dials the other phone with a channel that has neither
 * the id nor the variables of the callback, so the OriginateResponse is the last event of the call.
 */
export const isForwarded = ({ dials, id }: CallFacts): boolean => dials.get(id)?.status === FORWARD;
