import { lineLease } from '../store/leases.ts';
import type { LineStore, QueueClock } from './line-services.ts';

const LEASE_MS = 30_000;
const RENEW_AFTER_MS = 8_000;
/** Less time than this is left for no new attempt: a frozen process must not send what another runner has settled. */
const START_MARGIN_MS = 10_000;

/** The right to be a line's one runner. Read by two clocks: a frozen process may see only one of them advance. */
export class RunnerLease {
  readonly #line: string;
  readonly #owner: string;
  readonly #store: Pick<LineStore, 'takeLease' | 'releaseLease'>;
  readonly #clock: QueueClock;
  #untilMonotonic = Number.NEGATIVE_INFINITY;
  #untilWall = Number.NEGATIVE_INFINITY;
  #epoch: number | undefined;

  constructor(
    line: string,
    owner: string,
    { store, clock }: { store: Pick<LineStore, 'takeLease' | 'releaseLease'>; clock: QueueClock },
  ) {
    this.#line = line;
    this.#owner = owner;
    this.#store = store;
    this.#clock = clock;
  }

  /** Takes or renews the lease. Returns false if another runner has it, or had it meanwhile. */
  async take(): Promise<boolean> {
    const asked = this.#clock.monotonic();
    const { taken, lease } = await this.#store.takeLease(lineLease(this.#line), this.#owner, LEASE_MS);
    const isSame = this.#epoch === undefined || this.#epoch === lease.epoch;
    if (!taken || !isSame) {
      this.#forget();
      return false;
    }
    this.#epoch = lease.epoch;
    this.#untilMonotonic = asked + LEASE_MS;
    this.#untilWall = lease.until;
    return true;
  }

  get needsRenewal(): boolean {
    return this.#leftMs < LEASE_MS - RENEW_AFTER_MS;
  }

  get isHeld(): boolean {
    return this.#leftMs > 0;
  }

  /** Whether an Originate may be sent now. */
  get mayStart(): boolean {
    return this.#leftMs >= START_MARGIN_MS;
  }

  /** Gives the lease to the next runner. */
  async release(): Promise<void> {
    this.#forget();
    await this.#store.releaseLease(lineLease(this.#line), this.#owner);
  }

  get #leftMs(): number {
    return Math.min(this.#untilMonotonic - this.#clock.monotonic(), this.#untilWall - this.#clock.now());
  }

  #forget(): void {
    this.#untilMonotonic = Number.NEGATIVE_INFINITY;
    this.#untilWall = Number.NEGATIVE_INFINITY;
    this.#epoch = undefined;
  }
}
