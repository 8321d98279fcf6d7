import { type Lease, lineLease } from '../store/leases.ts';
import type { LineServices, QueueClock } from './line-services.ts';

const LEASE_MS = 30_000;
const RENEW_AFTER_MS = 8_000;
/** An attempt starts only if the lease lasts this long. So a frozen process never sends after another runner took over. */
const START_MARGIN_MS = 10_000;
/** A tick starts the next runner this long before the hand-over, because the next tick would be too late. */
const HAND_OVER_SOON_MS = 70_000;
/** If a runner has not renewed its lease for this time, the runner has died or is frozen. */
const SILENT_MS = 16_000;

const TICK_MS = 1_000;
/** How long a runner waits for the hand-over of another runner. */
const LONGEST_WAIT_MS = 80_000;

/** The right to be the only runner of a line. Uses two clocks, because a clock may stop in a frozen process. */
export class RunnerLease {
  readonly #line: string;
  readonly #owner: string;
  readonly #store: LineServices['store'];
  readonly #clock: QueueClock;
  #untilMonotonic = Number.NEGATIVE_INFINITY;
  #untilWall = Number.NEGATIVE_INFINITY;
  #epoch: number | undefined;
  /** By the wall clock. */
  readonly #handsOverAt: number | undefined;
  #seen: Lease | undefined;

  /** @param until When this runner hands over, on the monotonic clock. */
  constructor(
    { line, owner, until }: { line: string; owner: string; until: number },
    { store, clock }: LineServices,
  ) {
    this.#line = line;
    this.#owner = owner;
    this.#store = store;
    this.#clock = clock;
    this.#handsOverAt = Number.isFinite(until)
      ? Math.round(clock.now() + until - clock.monotonic())
      : undefined;
  }

  /** Takes or renews the lease. Returns false if another runner has it, or had it since the last call. */
  async take(): Promise<boolean> {
    const asked = this.#clock.monotonic();
    const name = lineLease(this.#line);
    const { taken, lease } = await this.#store.takeLease(name, this.#owner, LEASE_MS, this.#handsOverAt);
    this.#seen = lease;
    const isSame = this.#epoch === undefined || this.#epoch === lease.epoch;
    if (!taken || !isSame) {
      this.#forget();
      // Another runner had the line and has adopted the attempts of this runner. So this runner gives the lease back.
      if (taken) await this.#store.releaseLease(name, this.#owner);
      return false;
    }
    this.#epoch = lease.epoch;
    this.#untilMonotonic = asked + LEASE_MS;
    this.#untilWall = lease.until;
    return true;
  }

  /**
   * Takes the lease. If the current runner will soon hand over, or no longer renews its lease, waits for the lease. Returns
   * whether this runner has the lease.
   */
  async takeOver(isStopped: () => boolean): Promise<boolean> {
    const latest = this.#clock.monotonic() + LONGEST_WAIT_MS;
    while (!isStopped()) {
      if (await this.take()) return true;
      if (!isSoonFree(this.#seen, this.#clock.now()) || this.#clock.monotonic() >= latest) return false;
      await this.#clock.sleep(TICK_MS);
    }
    return false;
  }

  /** Grows when the lease gets a new owner. Undefined without the lease. */
  get epoch(): number | undefined {
    return this.#epoch;
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

  /** Shortens the lease. It does not end at once, because the lists may not show the last attempts of this runner yet. */
  async letEnd(ms: number): Promise<void> {
    const isHeld = this.isHeld;
    this.#forget();
    if (isHeld) await this.#store.takeLease(lineLease(this.#line), this.#owner, ms);
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

/** Returns whether a lease is free, will soon be handed over, or was not renewed in time. */
export function isSoonFree(lease: Lease | undefined, now: number): boolean {
  if (!lease) return true;
  const { until, handsOverAt = Number.MAX_SAFE_INTEGER } = lease;
  return handsOverAt - now <= HAND_OVER_SOON_MS || until - now <= LEASE_MS - SILENT_MS;
}
