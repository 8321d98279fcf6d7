import type { Header } from './packet.ts';

const STATES = { Down: 0, Ring: 4, Ringing: 5, Up: 6, Busy: 7 } as const;
export type ChannelState = keyof typeof STATES;

export interface Party {
  number: string;
  name: string;
}

/** Why a channel was asked to go: by its own far end, or by somebody inside Asterisk. */
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
  /** What the channels that this one dials are given, under the names that say how far it goes on. */
  readonly #heritage = new Map<string, string>();
  state: ChannelState = 'Down';
  caller: Party = { number: '', name: '' };
  connected: Party = { number: '', name: '' };
  context: string;
  exten: string;
  bridge = '';
  application = 'AppDial2';
  applicationData = '(Outgoing Line)';
  live = true;
  /** Set when it is hung up. */
  hangupCause = 0;
  /** Settles when somebody wants this channel gone. */
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

  /** With `_` in front the channels that this one dials inherit it, with `__` those that they dial as well. */
  setVariable(name: string, value: string): void {
    const [, marks = '', plain = name] = /^(_{0,2})(.*)$/s.exec(name) ?? [];
    this.variables.set(plain, value);
    if (marks !== '') this.#heritage.set(marks === '__' ? name : plain, value);
  }

  /** Takes over what its caller hands down. */
  inheritFrom(caller: Channel): void {
    for (const [name, value] of caller.#heritage) this.setVariable(name, value);
  }

  /** The fourteen lines that every channel event carries; `prefix` is `Dest`, `LocalOne` or `LocalTwo` for the other one. */
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

/** Snapshot events C-escape the name; OriginateResponse does not. */
function escapeName(name: string): string {
  return name.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** `"Name" <number>`, `<number>` or a bare number, whose `( ) - .` and blanks fall away. */
export function parseCallerId(text: string): Party {
  const [, name = '', bracketed] = /^\s*"?([^"<]*?)"?\s*<([^>]*)>/.exec(text) ?? [];
  const number = (bracketed ?? text).replace(/[() .-]/g, '');
  return { number, name: name.trim() };
}
