import { CallbackError } from '../problems/callback-error.ts';
import type { RouteSettings } from '../settings/settings.ts';
import { DAY_MS, instantOf, wallTime } from './local-time.ts';

export type Hours = NonNullable<RouteSettings['hours']>;

/** A time in which a route is open. `ends` is the first instant after it. Unix times in milliseconds. */
interface Opening {
  starts: number;
  ends: number;
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** How many days ahead are searched. A shop may be closed for a season. */
const MAX_DAYS_AHEAD = 400;

/**
 * Returns the first instant from `time` on at which a route is open. For a route that is open, this is `time`. Returns
 * undefined if the route does not open within 400 days. Unix times in milliseconds.
 */
export function nextOpen(hours: Hours | undefined, time: number): number | undefined {
  if (hours === undefined) return time;
  const [opening] = openingsAfter(hours, time);
  return opening && Math.max(opening.starts, time);
}

/**
 * Returns the instant at which a route has been open for a duration since `time`. If 400 days have less open time, returns
 * the end of the last opening in them. Unix times and durations in milliseconds.
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

/**
 * Lists the openings that end after an instant, the earliest first, for about a year. No two overlap.
 *
 * Times are clock times of the time zone, so an opening during a change of clocks is an hour shorter or longer. Opening times
 * that end on the next day belong to the day on which they start.
 */
function* openingsAfter(hours: Hours, instant: number): Generator<Opening> {
  const today = Math.floor(wallTime(hours.timezone, instant) / DAY_MS);
  let reached = Number.NEGATIVE_INFINITY;
  // Yesterday's opening may end today.
  for (let day = today - 1; day <= today + MAX_DAYS_AHEAD; day++) {
    for (const { starts, ends } of openingsOf(hours, day)) {
      const opening = { starts: Math.max(starts, reached), ends };
      if (opening.starts >= ends) continue;
      reached = ends;
      if (ends > instant) yield opening;
    }
  }
}

/** The openings that start on a day, in the order of their start. Days count from 1970-01-01. */
function openingsOf(hours: Hours, day: number): Opening[] {
  const openings = timesOf(hours, day).map((times) => {
    const [from = 0, to = 0] = times.split('-').map(millisecondsOf);
    const endDay = to > from ? day : day + 1;
    return {
      starts: instantOf(hours.timezone, day * DAY_MS + from),
      ends: instantOf(hours.timezone, endDay * DAY_MS + to),
    };
  });
  return openings.toSorted((a, b) => a.starts - b.starts);
}

/** The opening times that are written for a day, such as "09:00-13:00". */
function timesOf({ days, from, to, week, closed, open }: Hours, day: number): readonly string[] {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  if (closed?.includes(date)) return [];
  const ofDate = open?.[date];
  if (ofDate) return ofDate;
  // 1970-01-01 was a Thursday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  const name = WEEKDAYS[weekday];
  if (week) return (name && week[name]) ?? [];
  return days?.includes(weekday + 1) ? [`${from}-${to}`] : [];
}

function millisecondsOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}
