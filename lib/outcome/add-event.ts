import { header, type Packet } from '../ajam/packet.ts';
import {
  type CallFacts,
  type ChannelFacts,
  type DialFacts,
  FORWARD,
  MAX_CHANNELS,
  type ReceivedResponse,
} from './call-facts.ts';
import { firstChannel, isSuccess, moreTelling } from './originate-response.ts';

/** Returns whether an event belongs to this call: it has an id of the call, or names a known channel of the call. */
export function concerns(facts: CallFacts, event: Packet): boolean {
  if (header(event, 'ActionID') === facts.id) return true;
  for (const name of IDS) {
    const uniqueid = header(event, name);
    if (uniqueid !== undefined && (isOwn(facts, uniqueid) || facts.channels.has(uniqueid))) return true;
  }
  return false;
}

const IDS = ['Uniqueid', 'Linkedid', 'DestUniqueid', 'DestLinkedid', 'LocalOneUniqueid', 'LocalOneLinkedid'];

/** If the originated channel is a Local channel, the uniqueid of its far half is the id and `;2`. */
const isOwn = ({ id }: CallFacts, uniqueid: string): boolean =>
  uniqueid.startsWith(id) && (uniqueid.length === id.length || uniqueid[id.length] === ';');

/** Adds the facts of one event, in a time that does not grow with the number of earlier events. */
export function addEvent(facts: CallFacts, event: Packet, at: number): void {
  const uniqueid = header(event, 'Uniqueid');
  switch (event.name) {
    case 'OriginateResponse':
      addResponse(facts, { packet: event, at });
      break;
    case 'LocalBridge':
      addHalf(facts, header(event, 'LocalOneUniqueid'), header(event, 'LocalTwoUniqueid'));
      break;
    case 'Newchannel':
    case 'Newstate':
      addToChannel(facts, uniqueid, { ...nameOf(event, 'Channel'), ...stateOf(event, at) });
      break;
    case 'SoftHangupRequest':
      addToChannel(facts, uniqueid, { hangupRequested: true });
      break;
    case 'Hangup':
      addToChannel(facts, uniqueid, { ...nameOf(event, 'Channel'), ...hangupOf(event), hungUpAt: at });
      break;
    case 'DialBegin':
      addDial(facts, event, { begunAt: at });
      break;
    case 'DialState': {
      const rings = header(event, 'DialStatus') === 'RINGING';
      addDial(facts, event, {}, rings ? { ringingAt: at } : {});
      break;
    }
    case 'DialEnd': {
      const status = header(event, 'Forward') ? FORWARD : (header(event, 'DialStatus') ?? '');
      addDial(facts, event, { status }, status === 'ANSWER' ? { upAt: at } : {});
      break;
    }
  }
}

function addResponse(facts: CallFacts, next: ReceivedResponse): void {
  facts.response = moreTelling(facts.response, next);
  const first = firstChannel(facts);
  if (first === facts.id || !isSuccess(next.packet)) return;
  addToChannel(facts, first, { ...nameOf(next.packet, 'Channel'), upAt: next.at });
}

function addHalf(facts: CallFacts, near: string | undefined, far: string | undefined): void {
  if (near === undefined || far === undefined) return;
  if (facts.halves.has(near) || facts.halves.size < MAX_CHANNELS) facts.halves.set(near, far);
  else facts.incomplete = true;
}

function nameOf(event: Packet, field: string): ChannelFacts {
  const name = header(event, field);
  // A channel that another channel has replaced hangs up with this mark in its name.
  return name ? { name: name.replace(/<ZOMBIE>$/, '') } : {};
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

function addDial(facts: CallFacts, event: Packet, more: DialFacts, ofChannel: ChannelFacts = {}): void {
  const dest = header(event, 'DestUniqueid');
  if (!addToChannel(facts, dest, { ...nameOf(event, 'DestChannel'), ...ofChannel })) return;
  const caller = header(event, 'Uniqueid');
  const known = facts.dials.get(dest);
  facts.dials.set(dest, { ...(caller && { caller }), ...more, ...known });
  if (!caller || known?.caller) return;
  const dialled = facts.dialled.get(caller);
  if (dialled) dialled.push(dest);
  else facts.dialled.set(caller, [dest]);
}

/**
 * Adds facts of a channel. If several events report different values, the first value counts. Of several times, the earliest
 * counts. Returns false without a uniqueid, or if too many channels are kept already.
 */
function addToChannel(
  facts: CallFacts,
  uniqueid: string | undefined,
  more: ChannelFacts,
): uniqueid is string {
  if (uniqueid === undefined) return false;
  const known = facts.channels.get(uniqueid) ?? {};
  if (facts.channels.size >= MAX_CHANNELS && !facts.channels.has(uniqueid) && !isOwn(facts, uniqueid)) {
    facts.incomplete = true;
    return false;
  }
  const channel: ChannelFacts = { ...more, ...known };
  for (const time of ['ringingAt', 'upAt', 'hungUpAt'] as const) {
    const [before = Infinity, now = Infinity] = [known[time], more[time]];
    if (now < before) channel[time] = now;
  }
  facts.channels.set(uniqueid, channel);
  return true;
}
