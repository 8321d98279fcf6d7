/** How many callbacks a look normally reads. DynamoDB charges for each callback. */
const SHALLOW = 100;
/** The most callbacks that a look reads. Among these, a callback whose agents are busy does not block later callbacks. */
const DEEP = 1_000;
/** The least time between two large reads. */
const DEEP_PAUSE_MS = 2_000;
/** How often a large read looks for callbacks that expire. */
const SWEEP_MS = 15_000;

/** Times in milliseconds. */
interface Clocks {
  monotonic: number;
  now: number;
}

/** Decides how many waiting callbacks each look of a runner reads. */
export class LookDepth {
  #last = 0;
  /** On the monotonic clock. */
  #deepAt = Number.NEGATIVE_INFINITY;
  /** Whether the last look read as many callbacks as it requested. */
  #mayHaveMore = false;
  /** Whether the last look started all callbacks that may start, of those that it has read. */
  #isExhausted = false;
  /** Whether the first callbacks cannot start, so that a look must read later callbacks. */
  #isBehind = false;
  /** When the first known callback expires. */
  #expiresAt = Number.POSITIVE_INFINITY;

  /** Returns how many callbacks to read. @param freeSlots How many attempts may start. */
  next(freeSlots: number, clocks: Clocks): number {
    this.#last = this.#choose(freeSlots, clocks);
    if (this.#last === DEEP) this.#deepAt = clocks.monotonic;
    return this.#last;
  }

  /** Reports the callbacks that a look has read. */
  found(callbacks: readonly { expiresAt: number }[]): void {
    if (this.#last === 0) return;
    this.#mayHaveMore = callbacks.length >= this.#last;
    const first = Math.min(...callbacks.map(({ expiresAt }) => expiresAt));
    const isAll = this.#last === DEEP || !this.#mayHaveMore;
    this.#expiresAt = isAll ? first : Math.min(this.#expiresAt, first);
  }

  /** Reports the end of a look. `isExhausted`: no other callback that it has read may start now. */
  ended({ isExhausted }: { isExhausted: boolean }): void {
    this.#isExhausted = isExhausted;
  }

  /** Returns the longest time until the next look, in milliseconds. */
  pauseMs(monotonic: number): number {
    return this.#isStuck ? Math.max(0, this.#deepAt + DEEP_PAUSE_MS - monotonic) : Number.POSITIVE_INFINITY;
  }

  #choose(freeSlots: number, { monotonic, now }: Clocks): number {
    const sinceDeepMs = monotonic - this.#deepAt;
    const wasBehind = this.#isBehind;
    this.#isBehind = false;
    if (freeSlots > 0) {
      // The runner continues with later callbacks as long as some of them may start.
      this.#isBehind = wasBehind ? !this.#isExhausted : this.#isStuck && sinceDeepMs >= DEEP_PAUSE_MS;
    }
    if (this.#isBehind || sinceDeepMs >= SWEEP_MS || this.#expiresAt <= now) return DEEP;
    return freeSlots > 0 ? SHALLOW : 0;
  }

  get #isStuck(): boolean {
    return this.#last === SHALLOW && this.#mayHaveMore && this.#isExhausted;
  }
}
