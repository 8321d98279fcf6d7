import type { RouteSettings } from '../settings/settings.ts';
import { instantOf, wallTime } from './local-time.ts';

export type Hours = NonNullable<RouteSettings['hours']>;

/** A time in which a route is open. `ends` is the first instant after it. Unix times in milliseconds. */
export interface Opening {
  starts: number;
  ends: number;
}

const DAY_MS = 24 * 3600 * 1000;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** How many days ahead are searched. A shop may be closed for a season. */
const MAX_DAYS_AHEAD = 400;

/**
 * Lists the openings that end after an instant, the earliest first, for about a year. No two overlap.
 *
 * Times are clock times of the time zone, so an opening during a change of clocks is an hour shorter or longer. Opening times
 * belong to the day on which they start, also when they end on the next one.
 */
export function* openingsAfter(hours: Hours, instant: number): Generator<Opening> {
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
