const FIRST_DELAY_MS = 2000;
const LONGEST_DELAY_MS = 60_000;

interface Outage {
  failures: number;
  nextProbeAt: number;
  probe: PbxKnock | undefined;
}

/** A start that goes to a PBX. The first report about its result counts. Later ones are ignored. */
export interface PbxKnock {
  /** The PBX accepted an Originate, or refused it because of its content. */
  succeeded(): void;
  /** Nothing was sent: the PBX could not be reached, refused the login or lacks a privilege. */
  failed(now: number): void;
  /** The start ended before anything was sent to the PBX. */
  gaveUp(): void;
}

/**
 * Limits the attempts to reach a PBX that is down. After a failed login no start goes to it for 2, 4, 8 … 60 seconds. Then one start
 * goes to it as a probe. Times are milliseconds of any clock that never goes back.
 */
export class PbxBackoff {
  readonly #outages = new Map<string, Outage>();

  /** Returns how many starts may go to a PBX now: any number, 0 while it is down, or 1 when it is time for a probe. */
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
    // Ignores a start that was on its way when the PBX went down.
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
