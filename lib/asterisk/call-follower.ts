import { header, type Packet } from '../ajam/index.ts';
import type { Wait } from '../calls/callback-request.ts';
import { addEvent, concerns } from '../outcome/add-event.ts';
import { type CallFacts, newCallFacts } from '../outcome/call-facts.ts';
import { gracePeriodFor } from '../outcome/grace-period.ts';
import { isDecided, type Outcome, type OutcomeOptions, outcomeOf } from '../outcome/outcome.ts';
import { Deadline } from '../shared/deadline.ts';
import type { CallEvents } from './event-feed.ts';

export interface FollowOptions extends OutcomeOptions {
  wait: Wait;
  /** When to stop. */
  until: Deadline;
}

/** Gathers the facts of one call from the events of its PBX. */
export class CallFollower {
  readonly #source: CallEvents;
  readonly facts: CallFacts;
  /** How many events of class call the PBX sent, of any call. */
  #callEvents = 0;
  #eventsLost = false;
  #endMayBeLost = false;

  /** @param facts Facts of the call from another source, such as a snapshot. */
  constructor(source: CallEvents, id: string, facts: CallFacts = newCallFacts(id)) {
    this.#source = source;
    this.facts = facts;
  }

  /** Follows the call until `wait` is decided, or the time is up. */
  async follow({ wait, until, ...options }: FollowOptions): Promise<Outcome> {
    const decided = (outcome: Outcome): boolean => isDecided(outcome, wait);
    for (;;) {
      const outcome = await this.#listen(until, options, decided);
      if (!decided(outcome) || outcome.complete) return outcome;
      const later = await this.#listenOn(until, options);
      if (decided(later)) return later;
      // The outcome is open again: a channel appeared late, or the dialplan dials another phone after a busy phone.
    }
  }

  /** Listens for a late cause or another dial after the outcome is decided, as long as the PBX still sends events. */
  async #listenOn(until: Deadline, options: OutcomeOptions): Promise<Outcome> {
    const { longestMs, quietMs, paceMs } = gracePeriodFor(this.outcome(options), this.facts);
    const latest = until.within(longestMs);
    for (;;) {
      const before = this.#callEvents;
      const complete = (later: Outcome): boolean => later.complete;
      await this.#listen(latest.within(quietMs), options, complete, paceMs);
      // On a busy machine the last reply may be older than the quiet time. So the PBX is asked once more.
      const outcome = await this.#listen(Deadline.in(0), options, complete);
      if (outcome.complete || this.#callEvents === before || latest.hasPassed) return outcome;
    }
  }

  /** Returns the outcome that the facts so far show. */
  outcome(options: OutcomeOptions): Outcome {
    return outcomeOf(this.facts, { ...options, eventsLost: this.#eventsLost || options.eventsLost === true });
  }

  /** Whether the PBX sent an event of any call. */
  get hasSeenAnyCall(): boolean {
    return this.#callEvents > 0;
  }

  /** Whether the PBX sent an event of this call. */
  get hasSeenCall(): boolean {
    return this.facts.response !== undefined || this.facts.channels.size > 0;
  }

  /** Whether events were lost with a reply, or were too many to keep. */
  get hasLostEvents(): boolean {
    return this.#eventsLost || this.facts.incomplete;
  }

  /** Whether events were lost after the last event of the first channel. The end of this channel may be among them. */
  get mayHaveMissedEnd(): boolean {
    return this.#endMayBeLost;
  }

  /** Waits for the first event of the call. Returns whether it arrived in time. */
  async seesCall(until: Deadline): Promise<boolean> {
    await this.#listen(until, {}, () => this.hasSeenCall);
    return this.hasSeenCall;
  }

  async #listen(
    until: Deadline,
    options: OutcomeOptions,
    enough: (outcome: Outcome) => boolean,
    paceMs?: number,
  ): Promise<Outcome> {
    // The earlier events may be enough, and no further event may come.
    const known = this.outcome(options);
    if (enough(known)) return known;
    const wanted = (event: Packet): boolean => this.#take(event);
    const onLoss = (): void => {
      this.#eventsLost = true;
      this.#endMayBeLost = true;
    };
    for await (const _ of this.#source.events({
      wanted,
      until: Date.now() + until.remainingMs,
      paceMs,
      onLoss,
    })) {
      const outcome = this.outcome(options);
      if (enough(outcome)) return outcome;
    }
    return this.outcome(options);
  }

  /** Adds the facts of an event. Returns whether the event belongs to this call, which may depend on earlier events. */
  #take(event: Packet): boolean {
    if (/(^|,)call(,|$)/.test(header(event, 'Privilege') ?? '')) this.#callEvents += 1;
    if (!concerns(this.facts, event)) return false;
    const { id } = this.facts;
    if (header(event, 'Uniqueid') === id || header(event, 'DestUniqueid') === id) this.#endMayBeLost = false;
    addEvent(this.facts, event, timeOf(event));
    return true;
  }
}

/** Returns when Asterisk sent an event, in milliseconds since 1970. Without `timestampevents`, returns when it arrived. */
function timeOf(event: Packet): number {
  const seconds = Number(header(event, 'Timestamp'));
  return seconds > 0 ? seconds * 1000 : Date.now();
}
