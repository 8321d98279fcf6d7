import {
  type Action,
  type AjamSession,
  header,
  headerValues,
  isAjamError,
  type Packet,
  type Reply,
} from '../ajam/index.ts';
import type { Party } from '../calls/callback.ts';
import { type CallVariables, callVariablesOf, readVariable, VARIABLE_NAMES } from './channel-variables.ts';

/** A live channel as the Status action tells it. */
export interface LiveChannel {
  uniqueid: string;
  name: string;
  state: 'down' | 'ringing' | 'up';
  bridge: string | undefined;
  seconds: number;
}

export interface EndedDial {
  status: string;
  /** Of the last channel that had one. */
  cause: number;
}

/** What Asterisk itself knows of a call that lives: it was told so with the order. */
export interface CallSnapshot {
  id: string;
  /** In the order they came to be. Nobody is `first` once its channel is gone: then all the others are `second`. */
  first: LiveChannel[];
  second: LiveChannel[];
  /** How the first channel's last dial ended, if it has: the dialplan keeps that one on the line. */
  lastDial: EndedDial | undefined;
  variables: CallVariables;
}

/**
 * Returns the channels of one call, by the id that they have or carry; undefined if there are none. It logs in again if
 * Asterisk forgot the session.
 *
 * The Status action lists all channels of the PBX: after a pickup or a transfer, the channel with our id is gone.
 *
 * @throws AjamError AJAM_PERMISSION without write=call or reporting.
 */
export async function takeSnapshot(session: AjamSession, id: string): Promise<CallSnapshot | undefined> {
  const { events } = await sendStatus(session);
  const ours = events.filter((event) => event.name === 'Status' && isOfCall(event, id)).toSorted(byAge);
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

async function sendStatus(session: AjamSession): Promise<Reply> {
  try {
    return await session.send(STATUS);
  } catch (error) {
    if (!isAjamError(error, 'AJAM_SESSION_LOST')) throw error;
    await session.login();
    return await session.send(STATUS);
  }
}

// Not by Linkedid: Asterisk leaves that of an old call on whoever was once bridged with it.
function isOfCall(event: Packet, id: string): boolean {
  // The extension `failed` runs in a channel of nobody's, which has our variables.
  if (header(event, 'Channel') === 'OutgoingSpoolFailed') return false;
  const ours = header(event, 'Uniqueid')?.split(';')[0] === id;
  return ours || headerValues(event, 'Variable').includes(`${VARIABLE_NAMES.id}=${id}`);
}

/** Uniqueids end in a number that counts up; ours, which do not, are the oldest. */
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

/** The originated channel, its other half if it is Local, and the phone that this half has dialled. */
function firstSide(channels: LiveChannel[], id: string): LiveChannel[] {
  const originated = channels.filter(({ uniqueid }) => uniqueid === id);
  const other = channels.find(({ uniqueid }) => uniqueid === `${id};2`);
  // Nobody else is dialled before the first phone has answered.
  if (originated.some(({ state }) => state !== 'up')) return channels;
  if (other) {
    const phones = channels.filter(
      (channel) => channel.bridge !== undefined && channel.bridge === other.bridge,
    );
    return [...new Set([...originated, other, ...phones])];
  }
  // Without it the first phone was picked up or has transferred the call: who is who, nobody can tell.
  return originated;
}

/** Dial empties the variable when it begins. */
function lastDialOf(events: Packet[]): EndedDial | undefined {
  const status = readVariable(events, 'DIALSTATUS');
  return status === undefined
    ? undefined
    : { status, cause: Number(readVariable(events, 'HANGUPCAUSE') ?? 0) };
}

/** The channel to send digits on, so that this party hears them: its phone, or the near half of a Local channel. */
export function channelOf(snapshot: CallSnapshot, party: Party): LiveChannel | undefined {
  if (snapshot.first.length === 0) return undefined;
  const side = snapshot.variables.first === party ? snapshot.first : snapshot.second;
  const up = side.filter(({ state }) => state === 'up');
  return up.find(({ name }) => !name.startsWith('Local/')) ?? up.find(({ name }) => name.endsWith(';1'));
}
