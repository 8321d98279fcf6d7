import type { Callback } from '../../../lib/calls/callback.ts';
import type { Packet, Watcher } from '../asterisk/index.ts';

/** What a PBX itself knows of one call, by its events over plain AMI. Written without the code under test. */
export interface Truth {
  /** How many channels were made for the call's id. */
  channels: number;
  ringing: boolean;
  up: boolean;
  ended: boolean;
  /** Of the second leg: `none` before it is dialled, then `dialled`, then its DialStatus. */
  second: string;
  causes: number[];
}

function truthOf(events: readonly Packet[], id: string): Truth {
  const names = new Set<string>();
  const truth: Truth = { channels: 0, ringing: false, up: false, ended: false, second: 'none', causes: [] };
  for (const event of events) {
    const ofFirst = event['Uniqueid'] === id;
    const state = ofFirst ? event['ChannelState'] : undefined;
    switch (event['Event']) {
      case 'Newchannel':
        // Asterisk may send the event of one channel twice.
        if (ofFirst) names.add(event['Channel'] ?? '');
        break;
      case 'Newstate':
        if (state === '5') truth.ringing = true;
        if (state === '6') truth.up = true;
        break;
      case 'DialBegin':
        if (ofFirst) truth.second = 'dialled';
        break;
      case 'DialEnd':
        if (ofFirst) truth.second = event['DialStatus'] ?? '';
        break;
      case 'Hangup':
        if (ofFirst || event['Uniqueid'] === `${id};2`) truth.causes.push(Number(event['Cause']));
        if (ofFirst) truth.ended = true;
        break;
      case 'OriginateResponse':
        if (event['ActionID'] === id && event['Response'] === 'Failure' && names.size === 0)
          truth.ended = true;
        break;
    }
  }
  return { ...truth, channels: names.size };
}

/** Whether a callback may be shown like this while the truth is that. `unknown` always may. */
export function isTrue({ status, legs }: Callback, truth: Truth): boolean {
  const { ringing, up, ended, second, causes } = truth;
  const bothAnswered = up && second === 'ANSWER';
  if (status !== 'unknown' && legs.first.status === 'answered' && !up) return false;
  if (status !== 'unknown' && legs.second.status === 'answered' && !bothAnswered) return false;
  switch (status) {
    case 'unknown':
      return true;
    case 'queued':
      return !ringing && !up && !ended;
    case 'ringing':
      return ringing && !up && !ended;
    case 'in-progress':
      return up && !ended && (legs.second.status === 'answered') === bothAnswered;
    case 'completed':
      return ended && bothAnswered;
    case 'busy':
      return ended && !bothAnswered && (up ? second === 'BUSY' : causes.includes(17));
    case 'no-answer':
    case 'failed':
    case 'canceled':
      return ended && !bothAnswered;
    default:
      return false;
  }
}

/** Keeps at which time how many events had arrived. */
export class Timeline {
  readonly #watcher: Watcher;
  readonly #counts: { at: number; count: number }[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(watcher: Watcher) {
    this.#watcher = watcher;
    this.#timer = setInterval(() => this.#sample(), 25);
  }

  /** Every truth of a call between two moments. */
  truthsBetween(id: string, from: number, to: number): Truth[] {
    this.#sample();
    const all = this.#watcher.events();
    const first = this.#counts.findLast(({ at }) => at <= from)?.count ?? 0;
    const last = this.#counts.find(({ at }) => at >= to)?.count ?? all.length;
    const ours = all
      .slice(0, last)
      .map((event, index) => ({ event, index }))
      .filter(
        ({ event }) =>
          event['Linkedid'] === id ||
          event['Uniqueid'] === id ||
          event['ActionID'] === id ||
          event['DestLinkedid'] === id,
      );
    const before = ours.filter(({ index }) => index < first).length;
    const steps = Array.from({ length: ours.length - before + 1 }, (_, n) => ours.slice(0, before + n));
    return steps.map((step) =>
      truthOf(
        step.map(({ event }) => event),
        id,
      ),
    );
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    this.#counts.push({ at: Date.now(), count: this.#watcher.events().length });
  }
}
