const FIRST_DELAY_MS = 2000;
const LONGEST_DELAY_MS = 60_000;

interface Outage {
  failures: number;
  nextProbeAt: number;
  probe: PbxKnock | undefined;
}

/** A start that goes to a PBX. The first reported result counts. */
export interface PbxKnock {
  /** The PBX accepted or refused the Originate. */
  succeeded(): void;
  /** The PBX could not be reached, refused the login, or did not grant a privilege. */
  failed(now: number): void;
  /** The start ended before anything was sent to the PBX. */
  gaveUp(): void;
}

/**
 * Limits the starts that go to a PBX that is down. After a failed login no start goes to the PBX for 2, 4, 8 … 60 seconds.
 * Then one start goes to the PBX as a probe. Times are milliseconds of a clock that never goes back.
 */
export class PbxBackoff {
  readonly #outages = new Map<string, Outage>();

  /** Returns how many starts may go to a PBX now. 0 while the PBX is down, 1 for a probe, otherwise any number. */
  startsFor(pbx: string, now: number): number {
    const outage = this.#outages.get(pbx);
    if (outage === undefined) return Number.POSITIVE_INFINITY;
    return outage.probe === undefined && now >= outage.nextProbeAt ? 1 : 0;
  }

  /** Reports that a start goes to a PBX. */
  started(pbx: string): PbxKnock {
    let isOver = false;
    const once = (report: () => void) => () => {
      if (!isOver) report();
      isOver = true;
    };
    const knock: PbxKnock = {
      succeeded: once(() => this.#outages.delete(pbx)),
      failed: (now) => once(() => this.#failed(pbx, knock, now))(),
      gaveUp: once(() => this.#release(pbx, knock)),
    };
    const outage = this.#outages.get(pbx);
    if (outage) outage.probe ??= knock;
    return knock;
  }

  #failed(pbx: string, knock: PbxKnock, now: number): void {
    const outage = this.#outages.get(pbx);
    // Ignores a start from before the outage.
    if (outage && outage.probe !== knock) return;
    const failures = (outage?.failures ?? 0) + 1;
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
    this.#outages.set(pbx, { failures, nextProbeAt: now + delay, probe: undefined });
  }

  #release(pbx: string, knock: PbxKnock): void {
    const outage = this.#outages.get(pbx);
    if (outage?.probe === knock) outage.probe = undefined;
  }
}
