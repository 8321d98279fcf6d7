import { type AjamSession, events, header, type Packet } from '../ajam/index.ts';
import { isOfProbe } from './duplicate.ts';
import { type CallFacts, concerns, noFacts, observe } from './outcome/facts.ts';
import { isDecided, type Outcome, type OutcomeOptions, outcomeOf } from './outcome/outcome.ts';
import type { Wait } from './request.ts';

/** Causes come within milliseconds of what they explain; a caller is not kept longer for them. */
const GRACE_MS = 200;
/** Without any channel the phone was not reachable, unless a PBX under load only tells of its channels late. */
const NO_CHANNEL_GRACE_MS = 600;
const GRACE_PACE_MS = 40;

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
    const outcome = await this.#listen(until, options, decided);
    if (!decided(outcome) || outcome.complete) return outcome;
    const patience = this.#facts.channels.size === 0 ? NO_CHANNEL_GRACE_MS : GRACE_MS;
    const grace = Math.min(until, Date.now() + patience);
    return await this.#listen(grace, options, (later) => later.complete, GRACE_PACE_MS);
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
