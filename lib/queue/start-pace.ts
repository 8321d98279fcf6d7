/** Spreads starts evenly, without a burst after a quiet time. Times are milliseconds of a clock that never goes back. */
export class StartPace {
  readonly #intervalMs: number;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(startsPerSecond: number) {
    this.#intervalMs = 1000 / startsPerSecond;
  }

  /** Returns how many starts are allowed now: 0 or 1. */
  allowed(now: number): number {
    return now >= this.#nextAt ? 1 : 0;
  }

  /** Returns how many milliseconds remain until the next start is allowed. */
  waitMs(now: number): number {
    return Math.max(0, this.#nextAt - now);
  }

  /** Counts a start. */
  started(now: number): void {
    // A start that is a little late does not delay the starts after it.
    const base = now - this.#nextAt < this.#intervalMs ? this.#nextAt : now;
    this.#nextAt = base + this.#intervalMs;
  }
}
