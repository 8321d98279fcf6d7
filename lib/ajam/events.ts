import { setTimeout as sleep } from 'node:timers/promises';
import { isAjamError } from './errors.ts';
import type { Packet } from './packet.ts';
import type { AjamSession } from './session.ts';

export interface EventsOptions {
  /** Called once for each event, in order, while a reply still arrives. Events that are not wanted take no memory. */
  readonly wanted: (event: Packet) => boolean;
  /**
   * Whether the wanted events are kept and yielded. Otherwise each batch is empty and only says that some came: for a caller
   * whose `wanted` has read them, and who must not run out of memory whatever a PBX sends.
   * @default true
   */
  readonly keep?: boolean | undefined;
  /** When to stop, in milliseconds since the epoch. */
  readonly until: number;
  /**
   * The least time between two WaitEvents when the first brought nothing that was wanted, in milliseconds: on older versions
   * every event of the whole PBX ends a WaitEvent. The first WaitEvent of a session is exempt, because its own login ends it.
   * @default 250
   */
  readonly paceMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called when a reply was lost or damaged on its way: Asterisk keeps no copy of the events in it. */
  readonly onLoss?: (() => void) | undefined;
}

/** One WaitEvent lasts no longer, so that proxies in between do not cut it off. */
const LONGEST_WAIT_S = 25;
/** The least time between two WaitEvents in any case. */
const MIN_PACE_MS = 20;
/** After a reply with so many events, whosever they are, the session rests for `paceMs`: reading them took processor time. */
const MANY_EVENTS = 1000;
/** How far past the deadline the last reply may come, so that a PBX that went silent delays nobody for longer. */
const LATE_MS = 500;
/** What Asterisk said to an older question may be out of date: at the deadline it is asked once more. */
const FRESH_MS = 500;

/**
 * Yields the wanted events in batches as they come, until the deadline. It asks once even if the deadline has passed.
 *
 * A connection that dies is replaced; the session keeps what it has not given away yet. At most 1 MB of events is kept of one
 * reply, the rest counts as lost. Nothing is lost with `keep: false`.
 *
 * @throws AjamError AJAM_SESSION_LOST when Asterisk forgot the session, and the events with it; AJAM_HTTP for 4xx.
 */
export async function* events(
  session: AjamSession,
  { paceMs = 250, ...options }: EventsOptions,
): AsyncGenerator<Packet[], void, void> {
  const { until, signal } = options;
  for (;;) {
    const started = Date.now();
    const isFirstWait = !session.hasWaited;
    const { replied, count, wantedCount, batch } = await waitEvent(session, options);
    session.hasWaited = true;
    if (wantedCount > 0) yield batch;
    const pace = wantedCount > 0 || isFirstWait ? Math.min(MIN_PACE_MS, paceMs) : paceMs;
    const next = count < MANY_EVENTS ? started + pace : Date.now() + paceMs;
    const rest = Math.min(next, until) - Date.now();
    if (rest > 0) await sleep(rest, undefined, { signal }).catch(() => undefined);
    const isOld = replied && started <= until && Date.now() - started > FRESH_MS;
    if ((Date.now() > until && !isOld) || signal?.aborted) return;
  }
}

/** What came of one WaitEvent. */
interface Waited {
  /** Whether its reply came, and whole. */
  replied: boolean;
  /** All events in it. */
  count: number;
  wantedCount: number;
  batch: Packet[];
}

async function waitEvent(
  session: AjamSession,
  { wanted, keep = true, until, signal, onLoss }: EventsOptions,
): Promise<Waited> {
  const waited: Waited = { replied: false, count: 0, wantedCount: 0, batch: [] };
  if (signal?.aborted) return waited;
  const leftMs = Math.max(0, until - Date.now());
  // Whole seconds only, and 0 returns at once: the last second is polled.
  const seconds = Math.min(Math.floor(leftMs / 1000), LONGEST_WAIT_S);
  try {
    await session.send(
      { action: 'WaitEvent', headers: { Timeout: String(seconds) } },
      {
        signal,
        until: Date.now() + leftMs + LATE_MS,
        timeoutMs: seconds * 1000 + 2000,
        wanted: (event) => {
          // The mark at the end of every reply is not an event of the PBX.
          const isWanted = event.name !== 'WaitEventComplete' && wanted(event);
          waited.count += 1;
          if (!isWanted) return false;
          waited.wantedCount += 1;
          if (keep) waited.batch.push(event);
          return keep;
        },
      },
    );
    waited.replied = true;
  } catch (error) {
    if (!isTransient(error)) throw error;
    // A reply that was given up may have been on its way.
    if (isAjamError(error) && error.mayHaveRun) onLoss?.();
  }
  return waited;
}

const isTransient = (error: unknown): boolean =>
  isAjamError(error, 'AJAM_NO_REPLY', 'AJAM_UNREACHABLE', 'AJAM_ABORTED', 'AJAM_NOT_AJAM') ||
  (isAjamError(error, 'AJAM_HTTP') && (error.httpStatus ?? 0) >= 500);
