import { CallbackError } from '../problems/callback-error.ts';
import type { RouteSettings, Settings } from '../settings/settings.ts';
import { timed } from '../shared/stopwatch.ts';
import type { NewRecord } from '../store/callback-record.ts';
import { warnOfStore } from '../telemetry/log.ts';
import type { PlacedCallback } from './callback.ts';
import type { CallbackRequest } from './callback-request.ts';
import { viewOf } from './callback-view.ts';
import { ChecksBeforeCall } from './checks-before-call.ts';
import { applyLineRules } from './line-rules.ts';
import { newRecord } from './new-record.ts';
import type { PlaceOptions } from './place-callback.ts';
import { openNumberHold, takeOrFindOpen } from './repeats/one-open-per-number.ts';
import { saveQueued } from './save-queued.ts';
import type { Services } from './services.ts';
import { whenDue } from './when-due.ts';
import { withinMs } from './within-ms.ts';

export interface QueueOptions extends PlaceOptions {
  settings: Settings;
  /** The route of the request. */
  route: RouteSettings;
  /** The line that the route names. */
  line: string;
}

/**
 * A callback that is not due within this time needs no runner yet. A tick comes each minute, sometimes late, and starts
 * the runner.
 */
const SOON_MS = 75_000;
/** How long the response waits for the start of a runner. After a failed start, the next tick starts a runner. */
const WAKE_WAIT_MS = 1_000;

/**
 * Accepts a callback of a line. Applies the rules of its route, and stores the callback for the runner of the line. If the
 * number already has an open callback on the line, returns the open callback and stores nothing.
 *
 * @throws CallbackError if the rules or a limit refuse the request, line-unknown, store-unreachable; KeyHeld. The error has
 * the callback if the store may have written it.
 */
export async function queueCallback(
  services: Services,
  request: CallbackRequest,
  { id, principal, deadline, classic, hold, timings = {}, settings, route, line }: QueueOptions,
): Promise<PlacedCallback> {
  const lineSettings = settings.lines[line];
  if (!lineSettings) {
    const hint = `Add lines/${line}, or change "line" in routes/${request.route}`;
    throw new CallbackError('line-unknown', 'The settings lack the line of the route', { hint });
  }
  const createdAt = Date.now();
  const plan = applyLineRules(request, route, { classic, now: new Date(createdAt) });
  const record = newRecord(plan, { id, request, classic, principal, createdAt });
  const due = whenDue(request, lineSettings, route, createdAt);
  const status = due.dueAt > createdAt ? 'scheduled' : 'queued';
  const waiting: NewRecord = { ...record, callback: { ...record.callback, status }, line, ...due };

  const { number } = record;
  const counted = { principal, route: request.route, number, agent: plan.agent || undefined, now: createdAt };
  const checks = new ChecksBeforeCall({ store: services.store, settings, hold, ...counted });
  const numberHold = lineSettings.oneOpenPerNumber ? openNumberHold(services, line, number, id) : undefined;
  try {
    return await timed(timings, 'store', async () => {
      await hold?.taken();
      const open = numberHold && (await takeOrFindOpen(services, numberHold, deadline));
      if (open) {
        await hold?.bindTo(open.callback.id, { alreadyOpen: true });
        return { callback: viewOf(open), alreadyOpen: true, replayed: false };
      }
      await checks.passAll();
      const isRepeatable = hold !== undefined || numberHold !== undefined;
      const stored = await saveQueued(await services.store(), waiting, isRepeatable);
      if (due.dueAt - createdAt < SOON_MS)
        await withinMs(WAKE_WAIT_MS, services.wakeLine?.(line).catch(warnOfStore));
      return { callback: viewOf(stored), replayed: false };
    });
  } catch (error) {
    // If the error has the callback, the callback may be stored, and its phones may ring later.
    if (!(error instanceof CallbackError && error.callback))
      await Promise.all([checks.giveBackCounts(), numberHold?.release()]);
    throw error;
  }
}
