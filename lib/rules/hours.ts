import { CallbackError } from '../calls/callback-error.ts';
import { type Hours, openingsAfter } from './openings.ts';

export type { Hours };

/** `opensAt` is undefined for hours that do not open within a year. */
type State = { open: true } | { open: false; opensAt: Date | undefined };

/** Returns whether a route is open at an instant. If it is closed, returns when it opens next. */
export function openAt(hours: Hours, now: Date): State {
  const opensAt = nextOpen(hours, now.getTime());
  if (opensAt === now.getTime()) return { open: true };
  return { open: false, opensAt: opensAt === undefined ? undefined : new Date(opensAt) };
}

/**
 * Returns the first instant from `time` on at which a route is open: `time` itself while it is. Undefined if it does not open
 * within a year. Unix times in milliseconds.
 */
export function nextOpen(hours: Hours | undefined, time: number): number | undefined {
  if (hours === undefined) return time;
  const [opening] = openingsAfter(hours, time);
  return opening && Math.max(opening.starts, time);
}

/**
 * Returns when a route has been open for a duration since `time`. If that takes longer than a year, returns the end of the
 * last opening within the year. Unix times and durations in milliseconds.
 */
export function afterOpenTime(hours: Hours | undefined, time: number, duration: number): number {
  if (hours === undefined) return time + duration;
  let left = duration;
  let reached = time;
  for (const { starts, ends } of openingsAfter(hours, time)) {
    const from = Math.max(starts, time);
    if (ends - from >= left) return from + left;
    left -= ends - from;
    reached = ends;
  }
  return reached;
}

/** @throws CallbackError outside-hours, with the next opening. */
export function checkHours(hours: Hours, now: Date): void {
  const opensAt = nextOpen(hours, now.getTime());
  if (opensAt !== now.getTime()) throw outsideHours(hours, opensAt);
}

/** @param opensAt The next opening. Undefined if there is none. */
export function outsideHours(hours: Hours, opensAt: number | undefined, when = 'now'): CallbackError {
  const next = opensAt === undefined ? 'never' : inWords(opensAt, hours.timezone);
  return new CallbackError('outside-hours', `This route is closed ${when}. It opens next: ${next}`);
}

const inWords = (instant: number, timezone: string): string =>
  `${new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(instant)} (${timezone})`;
