import type { Settings } from '../../settings/settings.ts';
import type { StoreOpener } from '../../store/open-store.ts';
import { checkDoNotCall } from '../check-do-not-call.ts';
import type { KeyHold } from '../repeats/idempotency.ts';
import { withinMs } from '../within-ms.ts';
import { limitReached, seenIn } from './cached-counts.ts';
import { type Counted, limitsOf, type RequestLimit, type RequestLimits } from './limits-that-apply.ts';

export interface AdmissionOptions extends Counted {
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
 * The checks that need the store before a phone may ring: the request has its idempotency keys, its number may be called, and
 * no limit is reached. A request that sends nothing must give back its counts.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #limits: RequestLimits;
  readonly #counted: RequestLimit[] = [];
  #begun: Promise<void> | undefined;
  #granted: Promise<void> | undefined;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#limits = limitsOf(options.settings, options, options.now ?? Date.now());
  }

  /** Whether a phone may ring only after the record is stored. Otherwise a call could be counted that no record explains. */
  get needsRecord(): boolean {
    const { narrow, wide } = this.#limits;
    return this.#options.hold !== undefined || narrow.length + wide.length > 0;
  }

  get needsStore(): boolean {
    return this.needsRecord || this.#options.settings.doNotCallSecret !== undefined;
  }

  /**
   * Takes the keys, checks the number, and counts the limits of the number and the agent, all at the same time. Near a
   * limit it takes the keys first. Otherwise many repeats at once would fill the limit for a moment, and the first
   * request would be refused.
   *
   * @throws KeyHeld; CallbackError do-not-call, limit-reached, store-unreachable.
   */
  begun(): Promise<void> {
    this.#begun ??= this.#begin(this.#limits.narrow);
    return this.#begun;
  }

  /**
   * Also counts the wide limits: `perMinute`, `perHour` and `perDay`. Counts them last, so that a request that a narrow limit (of
   * a number or an agent) refuses does not fill a wide one. While the wide limits have room, counts all limits at the same time.
   *
   * @throws as `begun`.
   */
  granted(): Promise<void> {
    this.#granted ??= this.#grant();
    return this.#granted;
  }

  /** Gives back the counts of a request that sends nothing. Waits 1 s at most. Never throws. */
  async giveBack(): Promise<void> {
    await Promise.allSettled([this.#begun, this.#granted]);
    const counted = this.#counted.splice(0);
    if (counted.length === 0) return;
    const store = await this.#options.store();
    await withinMs(GIVE_BACK_WAIT_MS, store.giveBackCounts(counted));
  }

  async #grant(): Promise<void> {
    const { narrow, wide } = this.#limits;
    const seen = seenIn(this.#options.store);
    const isFarAway = wide.every((limit) => seen.hasRoom(limit));
    this.#begun ??= this.#begin(isFarAway ? [...narrow, ...wide] : narrow);
    await this.#begun;
    await this.#count(wide);
  }

  async #begin(first: readonly RequestLimit[]): Promise<void> {
    const { store, settings, number, hold } = this.#options;
    const { narrow, wide } = this.#limits;
    const seen = seenIn(store);
    const mayBeCalled = checkDoNotCall(store, settings, number);
    // If this process has seen that a limit is reached, it asks for this limit alone. A refused request then costs little and
    // counts nowhere else.
    const reached = [...narrow, ...wide].find((limit) => seen.isReached(limit));
    if (reached) await allOf([mayBeCalled, this.#count([reached])]);
    if (hold && !first.every((limit) => seen.hasRoom(limit))) await allOf([hold.taken(), mayBeCalled]);
    await allOf([hold?.taken(), mayBeCalled, this.#count(first)]);
  }

  async #count(wanted: readonly RequestLimit[]): Promise<void> {
    const limits = wanted.filter((limit) => !this.#counted.includes(limit));
    if (limits.length === 0) return;
    const store = await this.#options.store();
    const result = await store.countWithin(limits);
    const seen = seenIn(this.#options.store);
    if (!result.counted) {
      seen.set(result.reached, result.reached.max);
      throw limitReached(result.reached);
    }
    this.#counted.push(...limits);
    for (const [index, limit] of limits.entries()) seen.set(limit, result.counts[index] ?? 0);
  }
}

/** Waits until all of them have settled. @throws the first error, in their order. */
async function allOf(work: readonly (Promise<void> | undefined)[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}
