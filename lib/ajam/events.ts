import { setTimeout as sleep } from 'node:timers/promises';
import { isAjamError } from './errors.ts';
import type { Packet } from './packet.ts';
import type { AjamSession } from './session.ts';

export interface EventsOptions {
  /** Called once for each event, in order, while a reply still arrives. Events that are not wanted take no memory. */
  readonly wanted: (event: Packet) => boolean;
  /**
   * Whether the wanted events are kept and yielded. With `false` each batch is empty and only says that wanted events
   * arrived. The events themselves only reach `wanted`, so that no PBX can fill the memory.
   * @default true
   */
  readonly keep?: boolean | undefined;
  /** When to stop, in milliseconds since the epoch. */
  readonly until: number;
  /**
   * The least time between two WaitEvents, in milliseconds, if the first WaitEvent returned no wanted event. On older versions
   * of Asterisk every event of the PBX ends a WaitEvent. There is no pause after the first WaitEvent of a session,
   * because the event of the session's own login ends it.
   * @default 250
   */
  readonly paceMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called when a reply was lost or damaged on its way. Asterisk does not send the events in it again. */
  readonly onLoss?: (() => void) | undefined;
}

/** One WaitEvent lasts no longer, so that proxies in between do not cut it off. */
const LONGEST_WAIT_S = 25;
/** The least time between two WaitEvents in any case. */
const MIN_PACE_MS = 20;
const MB = 1024 * 1024;
/** After a reply with so many events, wanted or not, or of 1 MB, the session pauses, because it used much processor time. */
const MANY_EVENTS = 1000;
/** 1 MB takes about 8 ms on a whole processor. A Lambda function of 512 MB has less than a third of a processor. */
const PAUSE_MS_PER_MB = 30;
/** How long after the deadline the last reply may arrive. A silent PBX does not delay the caller for longer. */
const LATE_MS = 500;
/** If the last WaitEvent began more than this time ago, its reply may be out of date, and Asterisk is asked once more. */
const FRESH_MS = 500;

/**
 * Yields the wanted events in batches as they arrive, until the deadline. Asks once even if the deadline has passed.
 *
 * Replaces a broken connection: Asterisk keeps the events that it has not sent yet. Keeps at most 1 MB of events of one reply
 * and reports the rest as lost. With `keep: false` nothing is lost.
 *
 * @throws AjamError AJAM_SESSION_LOST if Asterisk forgot the session and its events; AJAM_HTTP for 4xx.
 */
export async function* events(
  session: AjamSession,
  { paceMs = 250, ...options }: EventsOptions,
): AsyncGenerator<Packet[], void, void> {
  const { until, signal } = options;
  for (;;) {
    const started = Date.now();
    const isFirstWait = !session.hasWaited;
    const bytesBefore = session.bytesRead;
    const { replied, count, wantedCount, batch } = await waitEvent(session, options);
    const bytes = session.bytesRead - bytesBefore;
    session.hasWaited = true;
    if (wantedCount > 0) yield batch;
    const pace = wantedCount > 0 || isFirstWait ? Math.min(MIN_PACE_MS, paceMs) : paceMs;
    const isLarge = count >= MANY_EVENTS || bytes >= MB;
    const pauseMs = Math.max(paceMs, (bytes / MB) * PAUSE_MS_PER_MB);
    const next = isLarge ? Date.now() + pauseMs : started + pace;
    const rest = Math.min(next, until) - Date.now();
    if (rest > 0) await sleep(rest, undefined, { signal }).catch(() => undefined);
    const isOld = replied && started <= until && Date.now() - started > FRESH_MS;
    if ((Date.now() > until && !isOld) || signal?.aborted) return;
  }
}

/** The result of one WaitEvent. */
interface Waited {
  /** Whether the complete reply arrived. */
  replied: boolean;
  /** All events in the reply. */
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
  // Asterisk takes whole seconds, and answers 0 at once. So the last second is polled.
  const seconds = Math.min(Math.floor(leftMs / 1000), LONGEST_WAIT_S);
  try {
    await session.send(
      { action: 'WaitEvent', headers: { Timeout: String(seconds) } },
      {
        signal,
        until: Date.now() + leftMs + LATE_MS,
        timeoutMs: seconds * 1000 + 2000,
        wanted: (event) => {
          // WaitEventComplete ends every reply. It is not an event of the PBX.
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
    // The reply may still be on its way. Its events are then lost.
    if (isAjamError(error) && error.mayHaveRun) onLoss?.();
  }
  return waited;
}

const isTransient = (error: unknown): boolean =>
  isAjamError(error, 'AJAM_NO_REPLY', 'AJAM_UNREACHABLE', 'AJAM_ABORTED', 'AJAM_NOT_AJAM') ||
  (isAjamError(error, 'AJAM_HTTP') && (error.httpStatus ?? 0) >= 500);
