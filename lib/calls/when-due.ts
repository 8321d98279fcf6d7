import { CallbackError } from '../problems/callback-error.ts';
import { attemptTimes } from '../rules/attempt-times.ts';
import { outsideHours } from '../rules/hours.ts';
import type { RouteSettings } from '../settings/settings.ts';
import { type CallbackRequest, DEFAULT_PRIORITY } from './callback-request.ts';

/** When a callback of a line is called. Unix times in milliseconds. */
export interface Due {
  dueAt: number;
  /** No attempt starts at or after this time. */
  expiresAt: number;
  /** 1 (first) to 9. */
  priority: number;
}

/** The fields of a request that only a callback of a line can have. */
export type TimeFields = Pick<CallbackRequest, 'at' | 'delaySeconds' | 'expiresAt' | 'priority'>;

const DAY_MS = 86_400_000;
const MAX_PAST_MS = 60_000;
const MAX_AHEAD_DAYS = 30;
const MAX_EXPIRY_DAYS = 60;

/**
 * Returns when a request of a line is due, until when it may start, and its priority.
 *
 * @param now Unix time in milliseconds.
 * @throws CallbackError time-invalid, or outside-hours unless the route schedules such requests.
 */
export function whenDue(
  request: TimeFields,
  line: { giveUpAfterSeconds: number },
  { hours, outsideHours: outside }: Pick<RouteSettings, 'hours' | 'outsideHours'>,
  now: number,
): Due {
  const wantedAt = wantedTime(request, now);
  const times = attemptTimes({ hours, ...line }, wantedAt);
  if (hours && (!times || (times.dueAt > wantedAt && outside !== 'schedule')))
    throw outsideHours(hours, times?.dueAt, wantedAt > now ? 'at that time' : 'now');
  const { dueAt, expiresAt } = times ?? { dueAt: wantedAt, expiresAt: wantedAt };
  return {
    dueAt,
    expiresAt: askedExpiry(request, dueAt, now) ?? expiresAt,
    priority: request.priority ?? DEFAULT_PRIORITY,
  };
}

/** @throws CallbackError line-required if a request for a route without a line has a field that needs a line. */
export function refuseTimeFields(request: TimeFields & Pick<CallbackRequest, 'route'>): void {
  const fields = (['at', 'delaySeconds', 'expiresAt', 'priority'] as const).filter(
    (field) => request[field] !== undefined,
  );
  const [first] = fields;
  if (first === undefined) return;
  throw new CallbackError(
    'line-required',
    `The route has no line, so its callbacks cannot wait. Leave out ${fields.join(', ')}, or use a route with a line`,
    { field: first, hint: `Add "line" to routes/${request.route}` },
  );
}

/** Returns the `expiresAt` of the request. No attempt starts at or after this time, retries included. */
export const expiryOf = ({ expiresAt }: { expiresAt?: unknown }): number | undefined =>
  typeof expiresAt === 'string' ? Date.parse(expiresAt) : undefined;

function wantedTime({ at, delaySeconds }: TimeFields, now: number): number {
  if (at === undefined) return now + Math.round((delaySeconds ?? 0) * 1000);
  if (delaySeconds !== undefined) throw timeInvalid('at', 'comes beside delaySeconds. Leave one of them out');
  const time = Date.parse(at);
  if (time < now - MAX_PAST_MS)
    throw timeInvalid('at', 'is in the past. Send a time in the future, or leave it out to call at once');
  if (time > now + MAX_AHEAD_DAYS * DAY_MS)
    throw timeInvalid('at', `is too far ahead. Send a time within the next ${MAX_AHEAD_DAYS} days`);
  return Math.max(time, now);
}

function askedExpiry(request: TimeFields, dueAt: number, now: number): number | undefined {
  const time = expiryOf(request);
  if (time === undefined) return undefined;
  if (time <= dueAt) {
    const due = new Date(dueAt).toISOString();
    throw timeInvalid('expiresAt', `is not later than ${due}, when the callback is due. Send a later time`);
  }
  if (time > now + MAX_EXPIRY_DAYS * DAY_MS)
    throw timeInvalid('expiresAt', `is too far ahead. Send a time within the next ${MAX_EXPIRY_DAYS} days`);
  return time;
}

const timeInvalid = (field: string, message: string): CallbackError =>
  new CallbackError('time-invalid', `${field} ${message}`, { errors: [{ field, message }] });
