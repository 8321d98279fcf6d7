import { type AjamSession, events, header, type Packet } from '../ajam/index.ts';
import type { Wait } from '../calls/callback-request.ts';
import { type CallFacts, concerns, noFacts, observe } from '../outcome/call-facts.ts';
import { patienceFor } from '../outcome/grace-period.ts';
import { isDecided, type Outcome, type OutcomeOptions, outcomeOf } from '../outcome/outcome.ts';
import { isOfProbe } from './duplicate.ts';

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
  /** How many events of calls the PBX told of, whosever they are. */
  #told = 0;
  #lossy = false;

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
      // A channel has turned up after a failure without one, or somebody else is dialled after who was busy.
    }
  }

  /** Waits for what may still come of what is decided; no longer than the PBX has something to tell. */
  async #hearOut(until: number, options: OutcomeOptions): Promise<Outcome> {
    const { longestMs, quietMs, paceMs } = patienceFor(this.outcome(options), this.#facts);
    const latest = Math.min(until, Date.now() + longestMs);
    for (;;) {
      const told = this.#told;
      const quiet = Math.min(latest, Date.now() + quietMs);
      const outcome = await this.#listen(quiet, options, (later) => later.complete, paceMs);
      if (outcome.complete || this.#told === told || Date.now() >= latest) return outcome;
    }
  }

  /** What the facts come to so far. */
  outcome(options: OutcomeOptions): Outcome {
    return outcomeOf(this.#facts, { ...options, lossy: this.#lossy || options.lossy === true });
  }

  /** Whether the PBX told of no call at all. */
  get isBlind(): boolean {
    return this.#told === 0;
  }

  get hasSeen(): boolean {
    return this.#facts.response !== undefined || this.#facts.channels.size > 0;
  }

  /** Whether a channel has come to be with the call's id since we listen: our order's, or that of one beside it. */
  get wasCreated(): boolean {
    return this.#created;
  }

  /**
   * Whether Asterisk refused the order without a channel of our own coming to be: the phone cannot be reached, or
   * the id is that of a call that lives.
   */
  get wasRefused(): boolean {
    return this.#refused && !this.#created;
  }

  /** Whether an order with the id was refused, be it ours or one beside it. */
  get heardRefusal(): boolean {
    return this.#refused;
  }

  /** Whether events were lost on the way. */
  get isLossy(): boolean {
    return this.#lossy;
  }

  /** Whether the call had a channel before we listened: what Asterisk tells of one begins with its Newchannel. */
  get wasThereBefore(): boolean {
    return this.#facts.channels.size > 0 && !this.#created;
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
    const known = this.outcome(options);
    if (enough(known)) return known;
    const wanted = (event: Packet): boolean => this.take(event);
    const onLoss = (): void => {
      this.#lossy = true;
    };
    for await (const _ of events(this.#session, { wanted, until, paceMs, onLoss })) {
      const outcome = this.outcome(options);
      if (enough(outcome)) return outcome;
    }
    return this.outcome(options);
  }

  /** Adds an event's facts. Whether it is ours may be known only by the one before it. */
  take(event: Packet): boolean {
    if (header(event, 'Privilege')?.split(',').includes('call')) this.#told += 1;
    if (isOfProbe(event)) return false;
    const ours = concerns(this.#facts, event);
    const id = this.#facts.id;
    const born = event.name === 'Newchannel' && header(event, 'Uniqueid') === id;
    // What was told of a call before it with its id is none of its.
    if (born && !this.#created) this.#facts = { ...noFacts(id), response: this.#facts.response };
    this.#created ||= born;
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
