import type { Header } from './packet.ts';

const STATES = { Down: 0, Ring: 4, Ringing: 5, Up: 6, Busy: 7 } as const;
export type ChannelState = keyof typeof STATES;

export interface CallerId {
  number: string;
  name: string;
}

/** A request to hang a channel up, and the sender of the request. */
export interface HangupWish {
  cause: number;
  by: 'far end' | 'manager' | 'dialplan';
}

export class Channel {
  readonly name: string;
  readonly uniqueid: string;
  readonly linkedid: string;
  readonly since = Date.now();
  readonly variables = new Map<string, string>();
  /** Variables for the channels that this channel dials. A name that these channels pass on begins with `__`. */
  readonly #heritage = new Map<string, string>();
  state: ChannelState = 'Down';
  caller: CallerId = { number: '', name: '' };
  connected: CallerId = { number: '', name: '' };
  context: string;
  exten: string;
  bridge = '';
  application = 'AppDial2';
  applicationData = '(Outgoing Line)';
  live = true;
  hangupCause = 0;
  /** Resolves at the first request to hang the channel up. */
  readonly unwanted: Promise<HangupWish>;
  readonly requestHangup: (wish: HangupWish) => void;

  constructor(identity: {
    name: string;
    uniqueid: string;
    linkedid: string;
    context: string;
    exten: string;
  }) {
    this.name = identity.name;
    this.uniqueid = identity.uniqueid;
    this.linkedid = identity.linkedid;
    this.context = identity.context;
    this.exten = identity.exten;
    const { promise, resolve } = Promise.withResolvers<HangupWish>();
    this.unwanted = promise;
    this.requestHangup = resolve;
  }

  /** Sets a variable. A dialled channel inherits `_NAME` and `__NAME`. It passes on only `__NAME`. */
  setVariable(name: string, value: string): void {
    const [, marks = '', plain = name] = /^(_{0,2})(.*)$/s.exec(name) ?? [];
    this.variables.set(plain, value);
    if (marks !== '') this.#heritage.set(marks === '__' ? name : plain, value);
  }

  inheritFrom(caller: Channel): void {
    for (const [name, value] of caller.#heritage) this.setVariable(name, value);
  }

  /** Returns the headers of a channel in an event. `prefix` is `Dest`, `LocalOne` or `LocalTwo` for a further channel. */
  snapshot(prefix = ''): Header[] {
    const lines: Header[] = [
      ['Channel', this.name],
      ['ChannelState', String(STATES[this.state])],
      ['ChannelStateDesc', this.state],
      ['CallerIDNum', known(this.caller.number)],
      ['CallerIDName', known(escapeName(this.caller.name))],
      ['ConnectedLineNum', known(this.connected.number)],
      ['ConnectedLineName', known(escapeName(this.connected.name))],
      ['Language', 'en'],
      ['AccountCode', ''],
      ['Context', this.context],
      ['Exten', this.exten],
      ['Priority', '1'],
      ['Uniqueid', this.uniqueid],
      ['Linkedid', this.linkedid],
    ];
    return prefix === '' ? lines : lines.map(([name, value]): Header => [`${prefix}${name}`, value]);
  }
}

export function known(value: string): string {
  return value === '' ? '<unknown>' : value;
}

/** Escapes a name in C style, as Asterisk does in all events except OriginateResponse. */
function escapeName(name: string): string {
  return name.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** Reads `"Name" <number>`, `<number>` or a number alone. Removes `( ) - .` and blanks from the number. */
export function parseCallerId(text: string): CallerId {
  const [, name = '', bracketed] = /^\s*"?([^"<]*?)"?\s*<([^>]*)>/.exec(text) ?? [];
  const number = (bracketed ?? text).replace(/[() .-]/g, '');
  return { number, name: name.trim() };
}
