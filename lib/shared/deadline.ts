/** Time reserved for returning the response, before AWS ends the function. */
const RESPONSE_RESERVE_MS = 3000;
/** API Gateway waits for a function this long, including the start of a new function. */
const GATEWAY_MS = 29_000;
/** Node fires a timer with a longer delay at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The moment by which something must be done. It runs on the monotonic clock, so that a corrected system time neither
 * extends nor shortens it.
 */
export class Deadline {
  /** On the clock of `performance.now()`. */
  readonly #at: number;

  private constructor(at: number) {
    this.#at = at;
  }

  /** Returns the deadline `ms` milliseconds from now. */
  static in(ms: number): Deadline {
    return new Deadline(performance.now() + ms);
  }

  /**
   * Returns the deadline for the work of a Lambda invocation. Reserves time for returning the response. The function `worker`
   * has a limit of its own, see lib/queue/work.ts.
   *
   * @param requestedAt When the request reached AWS, in milliseconds since 1970. A saved event that somebody sends again
   *   has an old time, which does not count.
   */
  static ofInvocation(context: { getRemainingTimeInMillis(): number }, requestedAt = 0): Deadline {
    const remaining = context.getRemainingTimeInMillis();
    const elapsed = Date.now() - requestedAt;
    const hasWaited = elapsed > 0 && elapsed < GATEWAY_MS;
    // A function with more time than the gateway, such as behind a function URL, has its own time minus the wait.
    const left = hasWaited ? Math.min(remaining, Math.max(GATEWAY_MS, remaining) - elapsed) : remaining;
    return Deadline.in(left - RESPONSE_RESERVE_MS);
  }

  /** Whole milliseconds until the deadline, 0 after it. Every timer and `AbortSignal.timeout` accepts this number. */
  get remainingMs(): number {
    const left = Math.ceil(this.#at - performance.now());
    return left > 0 ? Math.min(left, MAX_TIMER_MS) : 0;
  }

  get hasPassed(): boolean {
    return this.remainingMs === 0;
  }

  /** Returns the earlier of this deadline and `ms` milliseconds from now. */
  within(ms: number): Deadline {
    return new Deadline(Math.min(this.#at, performance.now() + ms));
  }

  /** Returns a deadline `ms` milliseconds from now if this one has passed, else `ms` after this one. */
  extendedBy(ms: number): Deadline {
    return new Deadline(Math.max(this.#at, performance.now()) + ms);
  }

  /** Returns a signal that aborts when the deadline passes. */
  signal(): AbortSignal {
    return AbortSignal.timeout(this.remainingMs);
  }
}

/**
 * Options for middy, to turn off its early time-out. If a process was frozen until after its
 * deadline, this time-out would respond with `internal-error`, although a phone may be ringing. `Deadline` ends every wait earlier.
 */
export const NO_EARLY_TIMEOUT = { timeoutEarlyInMillis: 0 };
