/** What a look reads where it is likely to find enough: DynamoDB charges for what is read. */
const SHALLOW = 100;
/** Among so many, a callback whose agent is busy blocks none behind it. */
const DEEP = 1_000;
/** How long those behind wait in that case. */
const DEEP_PAUSE_MS = 2_000;
/** So often all are read, to learn when they expire. */
const SWEEP_MS = 15_000;

/** Times of both clocks, in milliseconds. */
interface Clocks {
  monotonic: number;
  now: number;
}

/** Decides how many waiting callbacks each look of a runner reads. */
export class LookDepth {
  #last = 0;
  /** On the monotonic clock. */
  #deepAt = Number.NEGATIVE_INFINITY;
  /** The look read as many as it asked for. */
  #mayHaveMore = false;
  /** None of those that were read, and have not started, may start now. */
  #isExhausted = false;
  /** The first ones cannot start, and the look starts those behind. */
  #isBehind = false;
  /** When the first of those that are known expires. */
  #expiresAt = Number.POSITIVE_INFINITY;

  /** @param freeSlots Attempts that may start. Without one, nothing need be read. */
  next(freeSlots: number, clocks: Clocks): number {
    this.#last = this.#choose(freeSlots, clocks);
    if (this.#last === DEEP) this.#deepAt = clocks.monotonic;
    return this.#last;
  }

  /** Reports what a look has read. */
  found(callbacks: readonly { expiresAt: number }[]): void {
    if (this.#last === 0) return;
    this.#mayHaveMore = callbacks.length >= this.#last;
    const first = Math.min(...callbacks.map(({ expiresAt }) => expiresAt));
    const isAll = this.#last === DEEP || !this.#mayHaveMore;
    this.#expiresAt = isAll ? first : Math.min(this.#expiresAt, first);
  }

  /** Reports whether none of the rest may start now, or the pace or the slots were used up. */
  ended({ isExhausted }: { isExhausted: boolean }): void {
    this.#isExhausted = isExhausted;
  }

  /** Returns how long to wait before the next look, as far as its depth decides that. */
  pauseMs(monotonic: number): number {
    return this.#isStuck ? Math.max(0, this.#deepAt + DEEP_PAUSE_MS - monotonic) : Number.POSITIVE_INFINITY;
  }

  #choose(freeSlots: number, { monotonic, now }: Clocks): number {
    const sinceDeepMs = monotonic - this.#deepAt;
    const wasBehind = this.#isBehind;
    this.#isBehind = false;
    if (freeSlots > 0) {
      // It goes on with those behind as long as it finds some that may start, as soon as the pace allows it.
      this.#isBehind = wasBehind ? !this.#isExhausted : this.#isStuck && sinceDeepMs >= DEEP_PAUSE_MS;
    }
    if (this.#isBehind || sinceDeepMs >= SWEEP_MS || this.#expiresAt <= now) return DEEP;
    return freeSlots > 0 ? SHALLOW : 0;
  }

  get #isStuck(): boolean {
    return this.#last === SHALLOW && this.#mayHaveMore && this.#isExhausted;
  }
}
