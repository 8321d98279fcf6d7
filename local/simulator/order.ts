import { type Channel, known, type Party } from './channel.ts';
import type { Header } from './packet.ts';
import type { Pbx } from './pbx.ts';

/** An Originate that passed the checks. */
export interface Order {
  actionId: string;
  channel: string;
  channelId: string;
  otherChannelId: string;
  context: string;
  exten: string;
  application: string;
  data: string;
  callerId: Party;
  variables: ReadonlyMap<string, string>;
  timeoutMs: number;
  async: boolean;
}

/** The event that tells what became of an asynchronous Originate; a `channel` means it was answered. */
export function respond(pbx: Pbx, order: Order, result: { reason: number; channel?: Channel }): void {
  // A synchronous Originate tells its outcome in the reply alone.
  if (!order.async) return;
  const { channel } = result;
  const target: Header[] = order.application
    ? [
        ['Application', order.application],
        ['Data', order.data],
      ]
    : [
        ['Context', order.context],
        ['Exten', order.exten],
      ];
  pbx.event('OriginateResponse', [
    ...(order.actionId ? [['ActionID', order.actionId] as const] : []),
    ['Response', channel ? 'Success' : 'Failure'],
    ['Channel', channel?.name ?? order.channel.slice(0, 79)],
    ...target,
    ['Reason', String(result.reason)],
    ['Uniqueid', channel?.uniqueid ?? known(order.channelId)],
    ['CallerIDNum', known(channel?.caller.number ?? order.callerId.number)],
    ['CallerIDName', known(channel?.caller.name ?? order.callerId.name)],
  ]);
}
