import type { Channel } from './channel.ts';
import type { Dialplan } from './dialplan.ts';
import type { Header } from './packet.ts';
import { bits, type PrivilegeClass } from './privilege-classes.ts';
import type { ManagerEvent } from './sessions.ts';

/** An accepted Originate and its result, for tests. */
export interface Call {
  actionId: string;
  channelId: string;
  /** The channel of the Originate, such as `PJSIP/3200`. */
  channel: string;
  context: string;
  exten: string;
  callerId: string;
  variables: Record<string, string>;
  at: number;
  /** The channels of all phones that rang, first to last. */
  rang: string[];
  dtmf: string;
  status: 'dialling' | 'answered' | 'connected' | 'ended';
}

/** The live channels, the clock and the event bus of the simulated PBX. */
export class Pbx {
  readonly plan: Dialplan;
  readonly calls: Call[] = [];
  readonly globals = new Map<string, string>();
  readonly responseOrder: 'first' | 'last';
  readonly #channels = new Set<Channel>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #publish: (event: ManagerEvent) => void;
  readonly #timeScale: number;
  readonly #lagMs: number;
  #serial = 0;

  constructor(options: {
    plan: Dialplan;
    timeScale: number;
    responseOrder: 'first' | 'last';
    channelEventsLagMs: number;
    publish: (event: ManagerEvent) => void;
  }) {
    this.plan = options.plan;
    this.responseOrder = options.responseOrder;
    this.#timeScale = options.timeScale;
    this.#lagMs = options.channelEventsLagMs;
    this.#publish = options.publish;
  }

  get channels(): readonly Channel[] {
    return [...this.#channels];
  }

  /** Finds a channel by name or uniqueid, in upper or lower case, as Asterisk does. */
  find(id: string): Channel | undefined {
    const wanted = id.toLowerCase();
    return (
      this.channels.find((channel) => channel.name.toLowerCase() === wanted) ??
      this.channels.find((channel) => channel.uniqueid.toLowerCase() === wanted)
    );
  }

  nextSerial(): number {
    return this.#serial++;
  }

  nextUniqueid(): string {
    return `${Math.floor(Date.now() / 1000)}.${this.nextSerial()}`;
  }

  add(channel: Channel): void {
    this.#channels.add(channel);
    this.event('Newchannel', channel.snapshot());
  }

  /** Hangs a channel up, and sends Hangup. */
  remove(channel: Channel, cause: number, sip?: number): void {
    if (!channel.live) return;
    channel.live = false;
    channel.hangupCause = cause;
    this.#channels.delete(channel);
    const reason: Header[] = [
      ['Cause', String(cause)],
      ['Cause-txt', CAUSE_TEXTS[cause] ?? 'Unknown'],
    ];
    if (sip !== undefined) reason.push(['TechCause', String(sip)]);
    this.event('Hangup', [...channel.snapshot(), ...reason]);
    channel.requestHangup({ cause, by: 'dialplan' });
  }

  event(name: string, headers: readonly Header[], classes: readonly PrivilegeClass[] = ['call']): void {
    const privilege: Header = ['Privilege', [...classes, 'all'].join(',')];
    const event: ManagerEvent = { classes: bits(classes), packet: [['Event', name], privilege, ...headers] };
    // Asterisk puts an OriginateResponse directly into the queue. Other events go through a bus and may be late.
    if (this.#lagMs === 0 || name === 'OriginateResponse') this.#publish(event);
    else this.#after(this.#lagMs, () => this.#publish(event));
  }

  /** Waits in simulated time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#after(ms * this.#timeScale, resolve));
  }

  #after(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms);
    this.#timers.add(timer);
  }

  /** Stops all timers and forgets all channels. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#channels.clear();
  }
}

/** The texts of Asterisk (main/channel.c, table causes). */
const CAUSE_TEXTS: Record<number, string> = {
  1: 'Unallocated (unassigned) number',
  3: 'No route to destination',
  16: 'Normal Clearing',
  17: 'User busy',
  18: 'No user responding',
  19: 'User alerting, no answer',
  20: 'Subscriber absent',
  21: 'Call Rejected',
  27: 'Destination out of order',
  34: 'Circuit/channel congestion',
  38: 'Network out of order',
  41: 'Temporary failure',
  42: 'Switching equipment congestion',
};
