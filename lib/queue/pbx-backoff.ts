const FIRST_DELAY_MS = 2000;
const LONGEST_DELAY_MS = 60_000;

interface Outage {
  failures: number;
  nextProbeAt: number;
  probing: boolean;
}

/**
 * Keeps a line from knocking at a PBX that is down: after a failed login it is left alone for 2, 4, 8 … 60 seconds, then one
 * start is let through as a probe. Times are milliseconds of any clock that never goes back.
 */
export class PbxBackoff {
  readonly #outages = new Map<string, Outage>();

  /** Returns how many starts may go to a PBX now: any number, 0 while it is down, or 1 when it is time for a probe. */
  startsFor(pbx: string, now: number): number {
    const outage = this.#outages.get(pbx);
    if (outage === undefined) return Number.POSITIVE_INFINITY;
    return !outage.probing && now >= outage.nextProbeAt ? 1 : 0;
  }

  /** Reports that a start goes to a PBX. */
  started(pbx: string): void {
    const outage = this.#outages.get(pbx);
    if (outage) outage.probing = true;
  }

  /** Reports that a PBX took a login. */
  succeeded(pbx: string): void {
    this.#outages.delete(pbx);
  }

  /** Reports that nothing was sent, because a PBX could not be reached, refused the login or lacks a privilege. */
  failed(pbx: string, now: number): void {
    const failures = (this.#outages.get(pbx)?.failures ?? 0) + 1;
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
    this.#outages.set(pbx, { failures, nextProbeAt: now + delay, probing: false });
  }
}
