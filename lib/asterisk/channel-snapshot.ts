import { type Action, type AjamSession, header, headerValues, type Packet } from '../ajam/index.ts';
import type { Party } from '../calls/callback.ts';
import { callbackIdOf } from './channel-id.ts';
import { type CallVariables, callVariablesOf, readVariable, VARIABLE_NAMES } from './channel-variables.ts';
import { sendWithLogin } from './log-in-if-forgotten.ts';

/** A live channel as the Status action shows it. */
export interface LiveChannel {
  uniqueid: string;
  name: string;
  state: 'down' | 'ringing' | 'up';
  bridge: string | undefined;
  seconds: number;
}

export interface EndedDial {
  status: string;
  /** HANGUPCAUSE: the cause of the last channel that had a cause, or 0. */
  cause: number;
}

/** What Asterisk knows of a live call: its channels, and the variables that the Originate set. */
export interface CallSnapshot {
  id: string;
  /** Oldest first. When the first channel is gone, `first` is empty and `second` has all channels. */
  first: LiveChannel[];
  second: LiveChannel[];
  /** How the last dial of the first channel ended, if the dialplan goes on after it. */
  lastDial: EndedDial | undefined;
  variables: CallVariables;
}

/** If the PBX cannot be asked, its calls count as over after this time. A PBX is rarely down for longer. */
export const UNREACHABLE_CALL_MS = 2 * 3_600_000;

/**
 * Returns the channels of one call: they have the id as their uniqueid or in a variable. Returns undefined if the call has no
 * channel. Logs in again if Asterisk forgot the session.
 *
 * The Status action lists all channels of the PBX, because after a pickup or a transfer the channel with the id is gone.
 *
 * @throws AjamError AJAM_PERMISSION without write=call or reporting.
 */
export async function takeSnapshot(session: AjamSession, id: string): Promise<CallSnapshot | undefined> {
  const wanted = (event: Packet): boolean => event.name === 'Status' && isOfCall(event, id);
  const { events } = await sendWithLogin(session, STATUS, { wanted });
  const ours = events.toSorted(byAge);
  if (ours.length === 0) return undefined;
  const channels = ours.map(liveChannel);
  const first = firstSide(channels, id);
  return {
    id,
    first,
    second: channels.filter((channel) => !first.includes(channel)),
    lastDial: lastDialOf(ours.filter((event) => header(event, 'Uniqueid') === id)),
    variables: callVariablesOf(ours),
  };
}

const STATUS: Action = {
  action: 'Status',
  headers: { Variables: [...Object.values(VARIABLE_NAMES), 'DIALSTATUS', 'HANGUPCAUSE'].join(',') },
};

// Linkedid is not used: a channel that was bridged with another call keeps the Linkedid of that call.
function isOfCall(event: Packet, id: string): boolean {
  // The extension `failed` runs in its own channel, which has the variables of the callback.
  if (header(event, 'Channel') === 'OutgoingSpoolFailed') return false;
  const ours = header(event, 'Uniqueid')?.split(';')[0] === id;
  return ours || headerValues(event, 'Variable').includes(`${VARIABLE_NAMES.id}=${callbackIdOf(id)}`);
}

/** Compares by age. Uniqueids of Asterisk end in a growing number. Channels with an id of a callback are the oldest. */
function byAge(a: Packet, b: Packet): number {
  const age = (event: Packet): number => Number(header(event, 'Uniqueid')?.match(/\.(\d+)$/)?.[1] ?? -1);
  return age(a) - age(b);
}

function liveChannel(event: Packet): LiveChannel {
  const state = header(event, 'ChannelState');
  return {
    uniqueid: header(event, 'Uniqueid') ?? '',
    name: header(event, 'Channel') ?? '',
    state: state === '6' ? 'up' : state === '5' ? 'ringing' : 'down',
    bridge: header(event, 'BridgeID') || undefined,
    seconds: Number(header(event, 'Seconds') ?? 0),
  };
}

/** Returns the originated channel, its other half if it is Local, and the phone that this half has dialled. */
function firstSide(channels: LiveChannel[], id: string): LiveChannel[] {
  const originated = channels.filter(({ uniqueid }) => uniqueid === id);
  const other = channels.find(({ uniqueid }) => uniqueid === `${id};2`);
  // The dialplan dials the second party only after the first phone has answered. Until then all channels are of the first side.
  if (originated.some(({ state }) => state !== 'up')) return channels;
  if (other) {
    const phones = channels.filter(
      (channel) => channel.bridge !== undefined && channel.bridge === other.bridge,
    );
    return [...new Set([...originated, other, ...phones])];
  }
  // Empty after a pickup or a transfer, when the originated channel is gone. Then it is not known to which party the other
  // channels belong.
  return originated;
}

/** Returns the end of the last dial. Dial clears DIALSTATUS when it begins, so an empty DIALSTATUS means that a dial runs. */
function lastDialOf(events: Packet[]): EndedDial | undefined {
  const status = readVariable(events, 'DIALSTATUS');
  return status === undefined
    ? undefined
    : { status, cause: Number(readVariable(events, 'HANGUPCAUSE') ?? 0) };
}

/** Returns the channel on which digits reach this party: its phone, or the near half of a Local channel. */
export function channelOf(snapshot: CallSnapshot, party: Party): LiveChannel | undefined {
  if (snapshot.first.length === 0) return undefined;
  const side = snapshot.variables.first === party ? snapshot.first : snapshot.second;
  const up = side.filter(({ state }) => state === 'up');
  return up.find(({ name }) => !name.startsWith('Local/')) ?? up.find(({ name }) => name.endsWith(';1'));
}
