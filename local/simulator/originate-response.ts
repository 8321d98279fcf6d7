import { type CallerId, type Channel, known } from './channel.ts';
import type { Header } from './packet.ts';
import type { Pbx } from './pbx.ts';

/** An Originate that passed the checks. */
export interface OriginateRequest {
  actionId: string;
  channel: string;
  channelId: string;
  context: string;
  exten: string;
  application: string;
  data: string;
  callerId: CallerId;
  variables: ReadonlyMap<string, string>;
  timeoutMs: number;
  async: boolean;
}

/** Sends the result of an asynchronous Originate. A result with a `channel` is a success. */
export function respond(
  pbx: Pbx,
  wanted: OriginateRequest,
  result: { reason: number; channel?: Channel },
): void {
  // The reply to a synchronous Originate contains the result.
  if (!wanted.async) return;
  const { channel } = result;
  const target: Header[] = wanted.application
    ? [
        ['Application', wanted.application],
        ['Data', wanted.data],
      ]
    : [
        ['Context', wanted.context],
        ['Exten', wanted.exten],
      ];
  pbx.event('OriginateResponse', [
    ...(wanted.actionId ? [['ActionID', wanted.actionId] as const] : []),
    ['Response', channel ? 'Success' : 'Failure'],
    ['Channel', channel?.name ?? wanted.channel.slice(0, 79)],
    ...target,
    ['Reason', String(result.reason)],
    ['Uniqueid', channel?.uniqueid ?? known(wanted.channelId)],
    ['CallerIDNum', known(channel?.caller.number ?? wanted.callerId.number)],
    ['CallerIDName', known(channel?.caller.name ?? wanted.callerId.name)],
  ]);
}
