import { CallbackError } from '../problems/callback-error.ts';
import type { RouteSettings, Settings } from '../settings/settings.ts';
import type { Deadline } from '../shared/deadline.ts';
import { timed } from '../shared/stopwatch.ts';
import type { NewRecord, StoredCallback } from '../store/callback-record.ts';
import { warnOfStore } from '../telemetry/log.ts';
import type { CallbackRequest } from './callback-request.ts';
import { viewOf } from './callback-view.ts';
import { ChecksBeforeCall } from './checks-before-call.ts';
import { applyLineRules } from './line-rules.ts';
import { newCallback, newRecord } from './new-callback.ts';
import type { PlaceOptions } from './place-callback.ts';
import { OpenNumber } from './repeats/one-open-per-number.ts';
import type { Placed } from './repeats/place-once.ts';
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
 * A callback that is due later than this needs no runner yet. A tick comes each minute, sometimes late, and starts a
 * runner.
 */
const SOON_MS = 75_000;
/** How long the response waits for the start of a runner. If it fails, the next tick starts one. */
const WAKE_WAIT_MS = 1_000;

/**
 * Accepts a callback of a line: applies the rules of its route, and stores it for the runner of the line. If the number already
 * has an open callback on the line, returns that one.
 *
 * @throws CallbackError if the rules or a limit refuse it, line-unknown, store-unreachable; KeyHeld. With the callback if it
 * may be stored.
 */
export async function queueCallback(
  services: Services,
  request: CallbackRequest,
  { settings, route, line, hold, timings = {}, ...options }: QueueOptions,
): Promise<Placed> {
  const lineSettings = settings.lines[line];
  if (!lineSettings) throw lineUnknown(request.route, line);
  const createdAt = Date.now();
  const record = recordOf(request, { route, createdAt, ...options });
  const due = whenDue(request, lineSettings, route, createdAt);
  const { agent } = record.callback;
  const status = due.dueAt > createdAt ? 'scheduled' : 'queued';
  const waiting: NewRecord = { ...record, callback: { ...record.callback, status }, line, ...due };

  const { store } = services;
  const counted = {
    principal: options.principal,
    route: request.route,
    number: record.number,
    now: createdAt,
  };
  const checks = new ChecksBeforeCall({ store, settings, hold, ...counted, agent: agent || undefined });
  const number = lineSettings.oneOpenPerNumber
    ? new OpenNumber(services, line, record.number, record.callback.id)
    : undefined;
  try {
    return await timed(timings, 'store', async () => {
      await hold?.taken();
      const open = await number?.take(options.deadline);
      if (open) {
        await hold?.bindTo(open.callback.id, { alreadyOpen: true });
        return { callback: viewOf(open), alreadyOpen: true };
      }
      await checks.passAll();
      const isRepeatable = hold !== undefined || number !== undefined;
      return { callback: viewOf(await saveAndWake(services, waiting, isRepeatable)) };
    });
  } catch (error) {
    // If the error has the callback, it may be stored, and then it will ring.
    if (!(error instanceof CallbackError && error.callback))
      await Promise.all([checks.giveBackCounts(), number?.release()]);
    throw error;
  }
}

interface RecordOptions {
  id: string;
  principal: string;
  deadline: Deadline;
  classic?: PlaceOptions['classic'];
  route: RouteSettings;
  createdAt: number;
}

function recordOf(
  request: CallbackRequest,
  { id, principal, classic, route, createdAt }: RecordOptions,
): NewRecord {
  const plan = applyLineRules(request, route, { classic, now: new Date(createdAt) });
  const callback = newCallback(plan, request, id);
  return newRecord(callback, { request, classic, principal, createdAt });
}

const lineUnknown = (route: string, line: string): CallbackError =>
  new CallbackError('line-unknown', 'The settings lack the line of the route', {
    hint: `Add lines/${line}, or change "line" in routes/${route}`,
  });

async function saveAndWake(
  services: Services,
  waiting: NewRecord,
  isRepeatable: boolean,
): Promise<StoredCallback> {
  const stored = await saveQueued(await services.store(), waiting, isRepeatable);
  const { line, dueAt = 0, createdAt } = waiting;
  if (line !== undefined && services.wakeLine && dueAt - createdAt < SOON_MS)
    await withinMs(WAKE_WAIT_MS, services.wakeLine(line).catch(warnOfStore));
  return stored;
}
