import { type AjamSession, type EventsOptions, events, type Packet } from '../ajam/index.ts';

/** A source of events: one session, or a feed that many calls share. */
export interface CallEvents {
  /** Yields after wanted events have arrived, until the deadline. See `events` of the AJAM client. */
  events(options: EventsOptions): AsyncIterable<unknown>;
}

export const sessionEvents = (session: AjamSession): CallEvents => ({
  events: (options) => events(session, { ...options, keep: false }),
});

/** How many events a subscription keeps until `events` says which events are wanted. A call begins with few events. */
const MAX_EARLY_EVENTS = 5_000;

/** A feed has no deadline. It calls `events` again after this time. */
const STRETCH_MS = 600_000;

/** The subscription of one call to a feed. From its creation on it receives every event, and reports only wanted events. */
export class Subscription implements CallEvents {
  #early: Packet[] = [];
  #wanted: ((event: Packet) => boolean) | undefined;
  #onLoss: (() => void) | undefined;
  #lost = false;
  #news = 0;
  #wake: () => void = () => undefined;

  /** Receives an event. Returns whether it was wanted. */
  take(event: Packet): boolean {
    if (!this.#wanted) {
      if (this.#early.length < MAX_EARLY_EVENTS) this.#early.push(event);
      else this.#lost = true;
      return false;
    }
    if (!this.#wanted(event)) return false;
    this.#news += 1;
    this.#wake();
    return true;
  }

  /** Reports that events were lost. */
  lose(): void {
    this.#lost = true;
    this.#onLoss?.();
    this.#wake();
  }

  async *events({ wanted, until, onLoss }: EventsOptions): AsyncGenerator<undefined, void, void> {
    this.#wanted = wanted;
    this.#onLoss = onLoss;
    if (this.#lost) onLoss?.();
    const early = this.#early;
    this.#early = [];
    for (const event of early) this.take(event);
    for (;;) {
      if (this.#news > 0) {
        this.#news = 0;
        yield undefined;
      }
      const leftMs = until - Date.now();
      if (this.#news === 0 && leftMs <= 0) return;
      if (this.#news === 0) await this.#nextNews(leftMs);
    }
  }

  async #nextNews(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
    this.#wake = () => undefined;
  }
}

/** Distributes the events of one session among the calls that follow it. */
export class EventFeed {
  readonly #session: AjamSession;
  readonly #subscriptions = new Set<Subscription>();
  readonly #end = new AbortController();
  /** Settles when the session is lost or the feed was closed. */
  readonly ended: Promise<void>;
  #ended = false;

  /** @param session A logged-in session that is used only here. */
  constructor(session: AjamSession) {
    this.#session = session;
    this.ended = this.#run();
  }

  /** Whether the session is lost or the feed was closed: no more events come. */
  get isEnded(): boolean {
    return this.#ended;
  }

  subscribe(): Subscription {
    const subscription = new Subscription();
    this.#subscriptions.add(subscription);
    return subscription;
  }

  unsubscribe(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    const onLoss = (): void => {
      for (const each of this.#subscriptions) each.lose();
    };
    try {
      const wanted = (event: Packet): boolean => this.#distribute(event);
      while (!signal.aborted) {
        const until = Date.now() + STRETCH_MS;
        for await (const _ of events(this.#session, { wanted, keep: false, until, signal, onLoss }));
      }
    } catch {
      // Asterisk forgot the session, and the events with it.
    }
    this.#ended = true;
    if (!signal.aborted) onLoss();
    await this.#session.logoff();
  }

  #distribute(event: Packet): boolean {
    let wanted = false;
    for (const each of this.#subscriptions) wanted = each.take(event) || wanted;
    return wanted;
  }
}
