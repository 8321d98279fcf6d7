import type { Manager, Request } from './action-request.ts';
import type { Channel } from './channel.ts';
import { headerOf } from './form.ts';
import type { Header, Packet } from './packet.ts';
import { actionId, failure, success } from './reply.ts';

export function hangup({ pbx }: Manager, { headers }: Request): Packet[] {
  const id = headerOf(headers, 'Channel');
  if (id === '') return failure(headers, 'No channel specified');
  const channel = pbx.find(id);
  if (!channel) return failure(headers, 'No such channel');
  channel.requestHangup({ cause: Number.parseInt(headerOf(headers, 'Cause'), 10) || 0, by: 'manager' });
  return success(headers, ['Message', 'Channel Hungup']);
}

export function status({ pbx }: Manager, { headers }: Request): Packet[] {
  const id = headerOf(headers, 'Channel');
  const found = pbx.find(id);
  if (id !== '' && !found) return failure(headers, 'No such channel');
  const names = headerOf(headers, 'Variables').split(',').filter(Boolean);
  const channels = found ? [found] : pbx.channels;
  return [
    ...success(headers, ['EventList', 'start'], ['Message', 'Channel status will follow']),
    ...channels.map((channel): Packet => [...describe(channel, names), ...actionId(headers)]),
    [
      ['Event', 'StatusComplete'],
      ...actionId(headers),
      ['EventList', 'Complete'],
      ['ListItems', String(channels.length)],
      ['Items', String(channels.length)],
    ],
  ];
}

function describe(channel: Channel, variables: readonly string[]): Header[] {
  const snapshot = channel.snapshot();
  const shown = (name: string): string => snapshot.find(([key]) => key === name)?.[1] ?? '';
  const format = channel.name.startsWith('Local/') ? 'slin' : 'ulaw';
  return [
    ['Event', 'Status'],
    ['Privilege', 'Call'],
    ...snapshot,
    ['Type', channel.name.split('/')[0] ?? ''],
    ['DNID', ''],
    ['EffectiveConnectedLineNum', shown('ConnectedLineNum')],
    ['EffectiveConnectedLineName', shown('ConnectedLineName')],
    ['TimeToHangup', '0'],
    ['BridgeID', channel.bridge],
    ['Application', channel.application],
    ['Data', channel.applicationData],
    ['Nativeformats', `(${format})`],
    ['Readformat', format],
    ['Readtrans', ''],
    ['Writeformat', format],
    ['Writetrans', ''],
    ['Callgroup', '0'],
    ['Pickupgroup', '0'],
    ['Seconds', String(Math.floor((Date.now() - channel.since) / 1000))],
    ...variables.map((name): Header => ['Variable', `${name}=${channel.variables.get(name) ?? '(null)'}`]),
  ];
}

export async function playDtmf({ pbx }: Manager, { headers }: Request): Promise<Packet[]> {
  const channel = pbx.find(headerOf(headers, 'Channel'));
  if (!channel) return failure(headers, 'Channel not found');
  const digit = headerOf(headers, 'Digit').charAt(0);
  if (digit === '') return failure(headers, 'No digit specified');
  const call = pbx.calls.find(
    (candidate) => candidate.status !== 'ended' && candidate.rang.includes(channel.name),
  );
  if (call) call.dtmf += digit;
  await pbx.sleep(Math.max(100, Number.parseInt(headerOf(headers, 'Duration'), 10) || 0));
  return success(headers, ['Message', 'DTMF successfully queued']);
}

export function getvar({ pbx }: Manager, { headers }: Request): Packet[] {
  const name = headerOf(headers, 'Variable');
  if (name === '') return failure(headers, 'No variable specified');
  const variables = variablesOf({ pbx }, headerOf(headers, 'Channel'));
  if (!variables) return failure(headers, 'No such channel');
  return success(headers, ['Variable', name], ['Value', variables.get(name) ?? '']);
}

export function setvar({ pbx }: Manager, { headers }: Request): Packet[] {
  const name = headerOf(headers, 'Variable');
  if (name === '') return failure(headers, 'No variable specified');
  const variables = variablesOf({ pbx }, headerOf(headers, 'Channel'));
  if (!variables) return failure(headers, 'No such channel');
  variables.set(name, headerOf(headers, 'Value'));
  return success(headers, ['Message', 'Variable Set']);
}

/** Returns the variables of a channel. Without an id, returns the global variables. */
function variablesOf({ pbx }: Pick<Manager, 'pbx'>, id: string): Map<string, string> | undefined {
  return id === '' ? pbx.globals : pbx.find(id)?.variables;
}
