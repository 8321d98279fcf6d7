import { type AjamSession, header, headerValues, type Packet } from '../ajam/index.ts';
import type { Party } from './callback.ts';

/** A live channel as the Status action tells it. */
export interface LiveChannel {
  uniqueid: string;
  name: string;
  state: 'down' | 'ringing' | 'up';
  bridge: string | undefined;
  seconds: number;
}

/** What Asterisk itself knows of a call that lives: it was told so with the order. */
export interface CallSnapshot {
  id: string;
  /** In the order they came to be. Nobody is `first` once its channel is gone: then all the others are `second`. */
  first: LiveChannel[];
  second: LiveChannel[];
  variables: CallVariables;
}

/** Channel variables that travel with every call of ours, for whoever asks for it later and for the dialplan. */
export interface CallVariables {
  /** The call's id, also on channels that Asterisk has counted to another call since: a pickup, a transfer. */
  id: string | undefined;
  /** Which order made the call: of several with one id only one did. */
  order: string | undefined;
  /** A digest of the request, where it came with a key. */
  request: string | undefined;
  route: string | undefined;
  agent: string | undefined;
  to: string | undefined;
  first: Party | undefined;
}

// Two underscores let the channels inherit them that the dialplan dials, and those that these dial.
const NAMES = {
  id: 'CALLBACK_ID',
  order: 'CALLBACK_ORDER',
  request: 'CALLBACK_REQUEST',
  route: 'CALLBACK_ROUTE',
  agent: 'CALLBACK_AGENT',
  to: 'CALLBACK_TO',
  first: 'CALLBACK_FIRST',
} as const satisfies Record<keyof CallVariables, string>;

export const callVariables = (values: CallVariables): Record<string, string> =>
  Object.fromEntries(
    Object.entries(NAMES).flatMap(([field, name]) => {
      const value = values[field as keyof CallVariables];
      return value === undefined ? [] : [[`__${name}`, value]];
    }),
  );

/**
 * The channels of one call, by the id that they have or carry; undefined if there are none.
 *
 * All channels are listed, because after a pickup or a transfer the call goes on without the channel that has our id.
 *
 * @throws AjamError AJAM_PERMISSION without write=call or reporting.
 */
export async function takeSnapshot(session: AjamSession, id: string): Promise<CallSnapshot | undefined> {
  const { events } = await session.send({
    action: 'Status',
    headers: { Variables: Object.values(NAMES).join(',') },
  });
  const ours = events.filter((event) => event.name === 'Status' && isOfCall(event, id)).toSorted(byAge);
  if (ours.length === 0) return undefined;
  const channels = ours.map(liveChannel);
  const first = firstSide(channels, id);
  return {
    id,
    first,
    second: channels.filter((channel) => !first.includes(channel)),
    variables: variablesOf(ours),
  };
}

// Not by Linkedid: Asterisk leaves that of an old call on whoever was once bridged with it.
function isOfCall(event: Packet, id: string): boolean {
  // The extension `failed` runs in a channel of nobody's, which has our variables.
  if (header(event, 'Channel') === 'OutgoingSpoolFailed') return false;
  const ours = header(event, 'Uniqueid')?.split(';')[0] === id;
  return ours || headerValues(event, 'Variable').includes(`${NAMES.id}=${id}`);
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

function variablesOf(events: Packet[]): CallVariables {
  const read = (name: string): string | undefined => {
    const values = events.flatMap((event) => headerValues(event, 'Variable'));
    const value = values.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
    return value === undefined || value === '' || value === '(null)' ? undefined : value;
  };
  const first = read(NAMES.first);
  return {
    id: read(NAMES.id),
    order: read(NAMES.order),
    request: read(NAMES.request),
    route: read(NAMES.route),
    agent: read(NAMES.agent),
    to: read(NAMES.to),
    first: first === 'agent' || first === 'customer' ? first : undefined,
  };
}

/** The channel to send digits on, so that this party hears them: its phone, or the near half of a Local channel. */
export function channelOf(snapshot: CallSnapshot, party: Party): LiveChannel | undefined {
  if (snapshot.first.length === 0) return undefined;
  const side = snapshot.variables.first === party ? snapshot.first : snapshot.second;
  const up = side.filter(({ state }) => state === 'up');
  return up.find(({ name }) => !name.startsWith('Local/')) ?? up.find(({ name }) => name.endsWith(';1'));
}
