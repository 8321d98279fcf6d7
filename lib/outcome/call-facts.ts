import { header, type Packet } from '../ajam/packet.ts';
import { firstChannel, isSuccess, moreTelling, type OrderResponse } from './originate-response.ts';

/** Instead of a DialStatus: the phone sent the call on to another one, which is dialled next. */
export const FORWARD = 'FORWARD';

/** What is known of one channel; times as `Date.now()` tells them, of when we learned of it. */
export interface ChannelFacts {
  name?: string;
  ringingAt?: number;
  upAt?: number;
  hungUpAt?: number;
  /** Q.850, from its Hangup event. */
  cause?: number;
  causeText?: string;
  /** Somebody at the PBX asked for the hang-up; not the far end, and not the dialplan, which just ends. */
  hangupRequested?: boolean;
}

/** One channel dialling another; the Originate's own dial has no caller. */
export interface DialFacts {
  caller?: string;
  begunAt?: number;
  /** DialStatus of its DialEnd, or FORWARD. */
  status?: string;
}

/**
 * All that events told of one call. Facts are only ever added, each independent of the others, so that the order
 * of events, which Asterisk does not promise, makes no difference.
 */
export interface CallFacts {
  readonly id: string;
  readonly channels: ReadonlyMap<string, ChannelFacts>;
  /** By the uniqueid of the channel that is dialled. */
  readonly dials: ReadonlyMap<string, DialFacts>;
  /** The far half of a Local channel, by the uniqueid of its near one. */
  readonly halves: ReadonlyMap<string, string>;
  readonly response: OrderResponse | undefined;
}

export const noFacts = (id: string): CallFacts => ({
  id,
  channels: new Map(),
  dials: new Map(),
  halves: new Map(),
  response: undefined,
});

/** Whether an event is of this call: by its ids, or by a channel that is known to belong to it. */
export function concerns(facts: CallFacts, event: Packet): boolean {
  if (header(event, 'ActionID') === facts.id) return true;
  const ours = (uniqueid: string | undefined): boolean =>
    uniqueid !== undefined && (halfOf(uniqueid) === facts.id || facts.channels.has(uniqueid));
  return IDS.some((name) => ours(header(event, name)));
}

const IDS = ['Uniqueid', 'Linkedid', 'DestUniqueid', 'DestLinkedid', 'LocalOneUniqueid', 'LocalOneLinkedid'];

/** The two halves of a Local channel that was originated are `X` and `X;2`. */
const halfOf = (uniqueid: string): string => uniqueid.split(';')[0] ?? uniqueid;

/** Adds what one event tells. */
export function observe(facts: CallFacts, event: Packet, at: number): CallFacts {
  if (!concerns(facts, event)) return facts;
  const uniqueid = header(event, 'Uniqueid');
  const dest = header(event, 'DestUniqueid');
  switch (event.name) {
    case 'OriginateResponse':
      return addResponse(facts, { packet: event, at });
    case 'LocalBridge':
      return addHalf(facts, header(event, 'LocalOneUniqueid'), header(event, 'LocalTwoUniqueid'));
    case 'Newchannel':
    case 'Newstate':
      return addToChannel(facts, uniqueid, { ...nameOf(event, 'Channel'), ...stateOf(event, at) });
    case 'SoftHangupRequest':
      return addToChannel(facts, uniqueid, { hangupRequested: true });
    case 'Hangup':
      return addToChannel(facts, uniqueid, { ...nameOf(event, 'Channel'), ...hangupOf(event), hungUpAt: at });
    case 'DialBegin':
      return addDial(facts, dest, event, { begunAt: at });
    case 'DialState':
      return addDial(
        facts,
        dest,
        event,
        {},
        header(event, 'DialStatus') === 'RINGING' ? { ringingAt: at } : {},
      );
    case 'DialEnd': {
      const status = header(event, 'Forward') ? FORWARD : (header(event, 'DialStatus') ?? '');
      return addDial(facts, dest, event, { status }, status === 'ANSWER' ? { upAt: at } : {});
    }
    default:
      return facts;
  }
}

function addResponse(facts: CallFacts, next: OrderResponse): CallFacts {
  const response = moreTelling(facts.response, next);
  const told = { ...facts, response };
  const first = firstChannel(told);
  if (first === facts.id || !isSuccess(next.packet)) return told;
  const name = header(next.packet, 'Channel');
  return addToChannel(told, first, { ...(name && { name }), upAt: next.at });
}

function addHalf(facts: CallFacts, near: string | undefined, far: string | undefined): CallFacts {
  if (near === undefined || far === undefined) return facts;
  return { ...facts, halves: new Map(facts.halves).set(near, far) };
}

function nameOf(event: Packet, field: string): ChannelFacts {
  const name = header(event, field);
  // A channel that was swapped for another one hangs up under a name with a mark.
  return name === undefined ? {} : { name: name.replace(/<ZOMBIE>$/, '') };
}

// enum ast_channel_state (channelstate.h): 5 is ringing, 6 up.
function stateOf(event: Packet, at: number): ChannelFacts {
  const state = header(event, 'ChannelState');
  if (state === '6') return { upAt: at };
  return state === '5' ? { ringingAt: at } : {};
}

function hangupOf(event: Packet): ChannelFacts {
  const cause = Number(header(event, 'Cause'));
  const causeText = header(event, 'Cause-txt');
  return { ...(Number.isInteger(cause) && { cause }), ...(causeText && { causeText }) };
}

function addDial(
  facts: CallFacts,
  dest: string | undefined,
  event: Packet,
  more: DialFacts,
  ofChannel: ChannelFacts = {},
): CallFacts {
  if (dest === undefined) return facts;
  const caller = header(event, 'Uniqueid');
  const dial = { ...(caller && { caller }), ...more, ...facts.dials.get(dest) };
  const dials = new Map(facts.dials).set(dest, dial);
  return addToChannel({ ...facts, dials }, dest, { ...nameOf(event, 'DestChannel'), ...ofChannel });
}

// Of a thing that several events tell of, the earliest time counts.
function addToChannel(facts: CallFacts, uniqueid: string | undefined, more: ChannelFacts): CallFacts {
  if (uniqueid === undefined) return facts;
  const known = facts.channels.get(uniqueid) ?? {};
  const channel: ChannelFacts = { ...more, ...known };
  for (const time of ['ringingAt', 'upAt', 'hungUpAt'] as const) {
    const [before = Infinity, now = Infinity] = [known[time], more[time]];
    if (now < before) channel[time] = now;
  }
  return { ...facts, channels: new Map(facts.channels).set(uniqueid, channel) };
}
