import type { Settings } from '../settings/settings.ts';
import type { StoreOpener } from '../store/open-store.ts';
import { checkDoNotCall } from './check-do-not-call.ts';
import { countOrRefuse } from './limits/count-or-refuse.ts';
import { type Counted, limitsOf, type RequestLimit, type RequestLimits } from './limits/limits-that-apply.ts';
import { seenIn } from './limits/seen-counts.ts';
import type { KeyHold } from './repeats/key-hold.ts';
import { withinMs } from './within-ms.ts';

export interface CheckOptions extends Counted {
  store: StoreOpener;
  settings: Settings;
  /** The idempotency keys of the request, if it has any. */
  hold?: KeyHold | undefined;
  /** @default Date.now() */
  now?: number;
}

/** How long a refusal waits until its counts are given back. */
const GIVE_BACK_WAIT_MS = 1_000;

/**
 * The checks that need the store, before a phone rings:
 *
 * 1. Idempotency keys. A repeat gets the result of its first request and counts nowhere.
 * 2. The do-not-call list.
 * 3. The narrow limits, of the number and of the agent.
 * 4. The wide limits: `perMinute`, `perHour` and `perDay`.
 *
 * While the limits have room, all checks run at the same time. The request gets the error of the first check that refuses it.
 * Near a limit, a request with keys passes 1 and 2 before it counts. Otherwise many repeats at the same time could fill the
 * limit before the first request counts. Near a wide limit, 4 runs after 3. Otherwise requests that a narrow limit refuses
 * could fill the wide limit.
 *
 * A request that sends nothing must give back its counts.
 */
export class ChecksBeforeCall {
  readonly #options: CheckOptions;
  readonly #limits: RequestLimits;
  readonly #counted: RequestLimit[] = [];
  #firstPassed: Promise<void> | undefined;
  #allPassed: Promise<void> | undefined;

  constructor(options: CheckOptions) {
    this.#options = options;
    this.#limits = limitsOf(options.settings, options, options.now ?? Date.now());
  }

  /**
   * Whether an idempotency key or a limit applies. Then the record must be stored before a phone rings, so that no limit
   * counts a call without a record.
   */
  get needsRecord(): boolean {
    const { narrow, wide } = this.#limits;
    return this.#options.hold !== undefined || narrow.length + wide.length > 0;
  }

  get needsStore(): boolean {
    return this.needsRecord || this.#options.settings.doNotCallSecret !== undefined;
  }

  /** Passes checks 1 to 3. @throws KeyHeld; CallbackError do-not-call, limit-reached, store-unreachable. */
  passFirst(): Promise<void> {
    this.#firstPassed ??= this.#pass(this.#limits.narrow);
    return this.#firstPassed;
  }

  /** Passes all checks that `passFirst` has not passed. @throws as `passFirst`. */
  passAll(): Promise<void> {
    const { narrow, wide } = this.#limits;
    this.#firstPassed ??= this.#pass(this.#haveRoom(wide) ? [...narrow, ...wide] : narrow);
    this.#allPassed ??= this.#firstPassed.then(() => this.#count(wide));
    return this.#allPassed;
  }

  /** Gives back the counts of a request that sends nothing. Waits 1 s at most. Never throws. */
  async giveBackCounts(): Promise<void> {
    await Promise.allSettled([this.#firstPassed, this.#allPassed]);
    const counted = this.#counted.splice(0);
    if (counted.length === 0) return;
    const store = await this.#options.store();
    await withinMs(GIVE_BACK_WAIT_MS, store.giveBackCounts(counted));
  }

  /**
   * Passes checks 1 and 2, and counts these limits. Several steps wait for the same check, but each check runs once: `taken`
   * takes the keys once, `mayBeCalled` is one promise, and `#count` skips counted limits.
   */
  async #pass(limits: readonly RequestLimit[]): Promise<void> {
    const { store, settings, number, hold } = this.#options;
    const { narrow, wide } = this.#limits;
    const mayBeCalled = checkDoNotCall(store, settings, number);
    // After one refusal, the next requests ask for the reached limit alone. They cost little and count nowhere else.
    const reached = [...narrow, ...wide].find((limit) => seenIn(store).isReached(limit));
    if (reached) await allOf([mayBeCalled, this.#count([reached])]);
    if (hold && !this.#haveRoom(limits)) await allOf([hold.taken(), mayBeCalled]);
    await allOf([hold?.taken(), mayBeCalled, this.#count(limits)]);
  }

  #haveRoom(limits: readonly RequestLimit[]): boolean {
    return limits.every((limit) => seenIn(this.#options.store).hasRoom(limit));
  }

  /** Counts the limits that this request has not counted yet. @throws CallbackError limit-reached, store-unreachable. */
  async #count(wanted: readonly RequestLimit[]): Promise<void> {
    const limits = wanted.filter((limit) => !this.#counted.includes(limit));
    if (limits.length === 0) return;
    await countOrRefuse(this.#options.store, limits);
    this.#counted.push(...limits);
  }
}

/** Waits until all of them have settled. @throws the first error, in their order. */
async function allOf(work: readonly (Promise<void> | undefined)[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}
