import { setTimeout as sleep } from 'node:timers/promises';
import { isAjamError } from './errors.ts';
import type { Packet } from './packet.ts';
import type { AjamSession } from './session.ts';

export interface EventsOptions {
  /** Asked once for each event, in their order; the others are dropped. */
  readonly wanted: (event: Packet) => boolean;
  /** When to stop, as `Date.now()` tells time. */
  readonly until: number;
  /**
   * Any event on the whole PBX ends a WaitEvent; with nothing wanted in it the next one waits this long,
   * but for the first time on a session.
   * @default 250
   */
  readonly paceMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called when a reply was lost on its way: Asterisk has given its events away, and keeps no copy. */
  readonly onLoss?: () => void;
}

/** One WaitEvent lasts no longer, so that proxies in between do not cut it off. */
const LONGEST_WAIT_S = 25;
/** Whose first wait without anything wanted is behind them: it tells of no traffic, as their own login ends it. */
const begun = new WeakSet<AjamSession>();
/** How far past the deadline the last reply may come; a PBX that went silent keeps nobody longer. */
const LATE_MS = 500;

/**
 * The wanted events, in batches, as they come, until the deadline: one look even where it has passed.
 * A connection that dies is replaced; the session keeps what it has not yet given away.
 *
 * @throws AjamError AJAM_SESSION_LOST when Asterisk forgot the session, and the events with it.
 */
export async function* events(
  session: AjamSession,
  { wanted, until, paceMs = 250, signal, onLoss }: EventsOptions,
): AsyncGenerator<Packet[], void, void> {
  for (let asked = false; ; asked = true) {
    const started = Date.now();
    if ((asked && started > until) || signal?.aborted) return;
    const left = Math.max(0, until - started);
    const batch = (await waitEvent(session, left, signal, onLoss)).filter(wanted);
    if (batch.length > 0) {
      yield batch;
      continue;
    }
    const rest = begun.has(session) ? Math.min(paceMs - (Date.now() - started), until - Date.now()) : 0;
    begun.add(session);
    if (rest > 0) await sleep(rest, undefined, { signal }).catch(() => undefined);
  }
}

async function waitEvent(
  session: AjamSession,
  leftMs: number,
  signal: AbortSignal | undefined,
  onLoss: (() => void) | undefined,
): Promise<readonly Packet[]> {
  // Whole seconds only, and 0 returns at once: the last second is polled.
  const seconds = Math.min(Math.floor(leftMs / 1000), LONGEST_WAIT_S);
  const deadline = AbortSignal.timeout(leftMs + LATE_MS);
  try {
    const reply = await session.send(
      { action: 'WaitEvent', headers: { Timeout: String(seconds) } },
      {
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        timeoutMs: seconds * 1000 + 2000,
      },
    );
    // Its own end mark is no news of the PBX.
    return reply.events.filter(({ name }) => name !== 'WaitEventComplete');
  } catch (error) {
    // One that was given up may have been on its way.
    if (isAjamError(error, 'AJAM_NO_REPLY', 'AJAM_ABORTED') && error.mayHaveRun) onLoss?.();
    if (isAjamError(error, 'AJAM_NO_REPLY', 'AJAM_UNREACHABLE', 'AJAM_ABORTED')) return [];
    throw error;
  }
}
