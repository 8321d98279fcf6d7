import { type Action, encodeVariable, escapeArgument } from './action.ts';
import { AjamError } from './errors.ts';

/** A call to be made: one channel is dialled and, once answered, enters the dialplan. */
export interface Originate {
  /** The channel's uniqueid, and the ActionID. One live channel has it at a time. */
  readonly channelId: string;
  /** `Technology/resource`, at most 255 bytes. */
  readonly channel: string;
  readonly context: string;
  readonly exten: string;
  readonly priority: string;
  /** How long the channel rings. */
  readonly timeoutMs: number;
  /** The number the dialled phone shows. */
  readonly connectedLine?: string | undefined;
  /** The number the dialplan, and so the second phone or the trunk, is given. */
  readonly callerId?: string | undefined;
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * The asynchronous Originate action: the reply says that Asterisk took the order, an OriginateResponse event
 * later what became of the first phone.
 *
 * There is no CallerID header, because Asterisk would show that number to both phones; the two function
 * writes tell them apart.
 *
 * @throws AjamError AJAM_INVALID for what Asterisk would cut off silently.
 */
export function originateAction(call: Originate): Action {
  const checkLength = (what: string, value: string, most: number): void => {
    if (Buffer.byteLength(value) > most) throw invalid(`${what} is longer than ${most} bytes`);
  };
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(call.channelId))
    throw invalid('the channel id has odd characters');
  checkLength('the channel', call.channel, 255);
  checkLength('the context', call.context, 79);
  checkLength('the extension', call.exten, 79);
  // Asterisk reads a leading integer; anything but a positive one would ring for ever.
  if (!Number.isInteger(call.timeoutMs) || call.timeoutMs <= 0)
    throw invalid('the timeout is no positive integer');

  return {
    action: 'Originate',
    headers: {
      ActionID: call.channelId,
      ChannelId: call.channelId,
      Channel: call.channel,
      Context: call.context,
      Exten: call.exten,
      Priority: call.priority,
      Timeout: String(call.timeoutMs),
      Async: 'true',
      Variable: [
        ...(call.connectedLine ? [`CONNECTEDLINE(num)=${escapeArgument(call.connectedLine)}`] : []),
        ...(call.callerId ? [`CALLERID(num)=${escapeArgument(call.callerId)}`] : []),
        ...Object.entries(call.variables ?? {}).map(([name, value]) => encodeVariable(name, value)),
      ],
    },
  };
}

const invalid = (message: string): AjamError => new AjamError('AJAM_INVALID', `Not sent: ${message}`);
