import { type Action, encodeVariable, escapeArgument, invalid } from './action.ts';

/** A call to place. Asterisk dials the channel. When the channel answers, it enters the dialplan. */
export interface Originate {
  /** The uniqueid of the channel, and the ActionID. No two live channels have the same uniqueid. */
  readonly channelId: string;
  /** `Technology/resource`, at most 255 bytes. */
  readonly channel: string;
  readonly context: string;
  readonly exten: string;
  readonly priority: string;
  /** How long the channel rings at most. */
  readonly timeoutMs: number;
  /** The number that the dialled phone shows. */
  readonly connectedLine?: string | undefined;
  /** The caller id in the dialplan. The second phone or the trunk receives it. */
  readonly callerId?: string | undefined;
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Returns an asynchronous Originate action. Its reply says that Asterisk accepted the action. Later an OriginateResponse event
 * reports whether the first phone answered.
 *
 * The action has no CallerID header, because Asterisk would show the number of this header on both phones. Instead it sets
 * `CONNECTEDLINE(num)` for the first phone and `CALLERID(num)` for the second.
 *
 * @throws AjamError AJAM_INVALID for a value that Asterisk would cut without an error.
 */
export function originateAction(call: Originate): Action {
  const checkLength = (what: string, value: string, most: number): void => {
    if (Buffer.byteLength(value) > most) throw invalid(`${what} is longer than ${most} bytes`);
  };
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(call.channelId))
    throw invalid('the channel id has at most 64 characters: letters, digits, ".", "_" and "-"');
  checkLength('the channel', call.channel, 255);
  checkLength('the context', call.context, 79);
  checkLength('the extension', call.exten, 79);
  // Asterisk reads the leading integer. Without a positive integer, the phone would ring for ever.
  if (!Number.isInteger(call.timeoutMs) || call.timeoutMs <= 0)
    throw invalid('the timeout is not a positive integer');

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
