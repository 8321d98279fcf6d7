/** How many callbacks a look normally reads. DynamoDB charges for each callback. */
const SHALLOW = 100;
/** The most callbacks that a look reads. */
const DEEP = 1_000;
/** The least time between two deep looks because of busy agents. */
const DEEP_PAUSE_MS = 2_000;
/** How often a deep look searches for callbacks that expire. */
const SWEEP_MS = 15_000;

/** Times in milliseconds. */
interface Clocks {
  monotonic: number;
  now: number;
}

interface Look {
  /** How many callbacks the look requested: 0, SHALLOW or DEEP. */
  depth: number;
  /** Whether the look was deep because the first callbacks cannot start. */
  isBehind: boolean;
  /** Whether the look got as many callbacks as it requested, so that the line may have more. */
  isFull: boolean;
  /** Whether the look started all of its callbacks that may start. */
  isExhausted: boolean;
}

/**
 * Decides how many waiting callbacks each look of a runner reads.
 *
 * A look without a free slot reads nothing. With a free slot it reads the first 100 callbacks. If the line has more
 * callbacks, but the first 100 cannot start because their agents are busy, the line is stuck. Then a look reads 1,000
 * callbacks, and the next looks read 1,000 as long as some of them start. Every 15 s, and when a callback expires, a look
 * reads 1,000 in any case, so that the runner can end expired callbacks.
 *
 * In each look the runner calls `next`, reads the callbacks, and calls `found`. With a free slot it starts callbacks, and
 * calls `ended` and `pauseMs`.
 */
export class LookDepth {
  /** The last look. Until `found` and `ended` are called, it has the results of the look before. */
  #look: Look = { depth: 0, isBehind: false, isFull: false, isExhausted: false };
  /** When the last deep look was, on the monotonic clock. */
  #deepAt = Number.NEGATIVE_INFINITY;
  /** When the first known callback expires. */
  #expiresAt = Number.POSITIVE_INFINITY;

  /** Returns how many callbacks to read. @param freeSlots How many attempts may start. */
  next(freeSlots: number, { monotonic, now }: Clocks): number {
    const sinceDeepMs = monotonic - this.#deepAt;
    const isBehind = freeSlots > 0 && this.#mustReadBehind(sinceDeepMs);
    const isForExpiry = sinceDeepMs >= SWEEP_MS || this.#expiresAt <= now;
    const normal = freeSlots > 0 ? SHALLOW : 0;
    const depth = isBehind || isForExpiry ? DEEP : normal;
    if (depth === DEEP) this.#deepAt = monotonic;
    this.#look = { ...this.#look, depth, isBehind };
    return depth;
  }

  #mustReadBehind(sinceDeepMs: number): boolean {
    const { isBehind, isExhausted } = this.#look;
    return isBehind ? !isExhausted : this.#isStuck && sinceDeepMs >= DEEP_PAUSE_MS;
  }

  /** Reports the callbacks that a look has read. */
  found(callbacks: readonly { expiresAt: number }[]): void {
    const { depth } = this.#look;
    if (depth === 0) return;
    const isFull = callbacks.length >= depth;
    const first = Math.min(...callbacks.map(({ expiresAt }) => expiresAt));
    // A callback behind the first 100 may expire earlier.
    const isPart = depth === SHALLOW && isFull;
    this.#expiresAt = isPart ? Math.min(this.#expiresAt, first) : first;
    this.#look = { ...this.#look, isFull };
  }

  /** Reports the starts of a look. `isExhausted`: no other callback that the look has read may start now. */
  ended({ isExhausted }: { isExhausted: boolean }): void {
    this.#look = { ...this.#look, isExhausted };
  }

  /** Returns the longest time until the next look, in milliseconds. */
  pauseMs(monotonic: number): number {
    return this.#isStuck ? Math.max(0, this.#deepAt + DEEP_PAUSE_MS - monotonic) : Number.POSITIVE_INFINITY;
  }

  get #isStuck(): boolean {
    const { depth, isFull, isExhausted } = this.#look;
    return depth === SHALLOW && isFull && isExhausted;
  }
}
