import { type AjamSession, events, header, type Packet } from '../ajam/index.ts';
import { isOfProbe } from './duplicate.ts';
import { type CallFacts, concerns, noFacts, observe } from './outcome/facts.ts';
import { isDecided, type Outcome, type OutcomeOptions, outcomeOf } from './outcome/outcome.ts';
import type { Wait } from './request.ts';

/** Causes come within milliseconds of what they explain; a caller is not kept longer for them. */
const GRACE_MS = 200;
const GRACE_PACE_MS = 40;
/**
 * Without any channel the phone was not reachable, unless a PBX under load tells of its channels late: as long as it
 * goes on telling of any, ours may be among them.
 */
const BACKLOG_MS = 2000;
const BACKLOG_PACE_MS = 100;

export interface FollowOptions extends OutcomeOptions {
  wait: Wait;
  /** When to stop, as `Date.now()` tells time. */
  until: number;
}

/** Gathers the facts of one call from the events of a session. */
export class CallFollower {
  readonly #session: AjamSession;
  #facts: CallFacts;
  #created = false;
  #refused = false;
  /** How many events the PBX told of, whosever they are. */
  #told = 0;

  constructor(session: AjamSession, id: string) {
    this.#session = session;
    this.#facts = noFacts(id);
  }

  get facts(): CallFacts {
    return this.#facts;
  }

  /** Follows the call until what is waited for is decided, or the time is up. */
  async follow({ wait, until, ...options }: FollowOptions): Promise<Outcome> {
    const decided = (outcome: Outcome): boolean => isDecided(outcome, wait);
    for (;;) {
      const outcome = await this.#listen(until, options, decided);
      if (!decided(outcome) || outcome.complete) return outcome;
      const heardOut = await this.#hearOut(until, options);
      if (decided(heardOut)) return heardOut;
      // A channel has turned up after a failure without one: the failure was its own, or another order's.
    }
  }

  /** Waits for what may still come of what is decided. */
  async #hearOut(until: number, options: OutcomeOptions): Promise<Outcome> {
    const patience = this.#facts.channels.size === 0 ? BACKLOG_MS : GRACE_MS;
    const latest = Math.min(until, Date.now() + patience);
    for (let paceMs = GRACE_PACE_MS; ; paceMs = BACKLOG_PACE_MS) {
      const told = this.#told;
      const quiet = Math.min(latest, Date.now() + GRACE_MS);
      const outcome = await this.#listen(quiet, options, (later) => later.complete, paceMs);
      if (outcome.complete || this.#told === told || Date.now() >= latest) return outcome;
    }
  }

  /** What the facts come to so far. */
  outcome(options: OutcomeOptions): Outcome {
    return outcomeOf(this.#facts, options);
  }

  get hasSeen(): boolean {
    return this.#facts.originateResponse !== undefined || this.#facts.channels.size > 0;
  }

  /**
   * Whether Asterisk refused the order without a channel of our own coming to be: the phone cannot be reached, or
   * the id is that of a call that lives.
   */
  get wasRefused(): boolean {
    return this.#refused && !this.#created;
  }

  /** Waits for the first sign of the call. */
  async sees(until: number): Promise<boolean> {
    await this.#listen(until, {}, () => this.hasSeen);
    return this.hasSeen;
  }

  /** Waits for what the order itself brought: a channel or a refusal. Another's call with its id has events too. */
  async hearsOfOrder(until: number): Promise<void> {
    await this.#listen(until, {}, () => this.#created || this.#refused);
  }

  async #listen(
    until: number,
    options: OutcomeOptions,
    enough: (outcome: Outcome) => boolean,
    paceMs?: number,
  ): Promise<Outcome> {
    // What was seen before may be enough: no further event need ever come.
    const known = outcomeOf(this.#facts, options);
    if (enough(known)) return known;
    const wanted = (event: Packet): boolean => this.take(event);
    for await (const _ of events(this.#session, { wanted, until, ...(paceMs && { paceMs }) })) {
      const outcome = outcomeOf(this.#facts, options);
      if (enough(outcome)) return outcome;
    }
    return outcomeOf(this.#facts, options);
  }

  /** Adds an event's facts. Whether it is ours may be known only by the one before it. */
  take(event: Packet): boolean {
    this.#told += 1;
    if (isOfProbe(event)) return false;
    const ours = concerns(this.#facts, event);
    const id = this.#facts.id;
    this.#created ||= event.name === 'Newchannel' && header(event, 'Uniqueid') === id;
    this.#refused ||= isRefusal(event) && header(event, 'ActionID') === id;
    if (ours) this.#facts = observe(this.#facts, event, timeOf(event));
    return ours;
  }
}

const isRefusal = (event: Packet): boolean =>
  event.name === 'OriginateResponse' &&
  header(event, 'Response') === 'Failure' &&
  header(event, 'Reason') === '0';

/** Asterisk's own time where `timestampevents` is on: several events come in one reply. */
function timeOf(event: Packet): number {
  const seconds = Number(header(event, 'Timestamp'));
  return seconds > 0 ? seconds * 1000 : Date.now();
}
