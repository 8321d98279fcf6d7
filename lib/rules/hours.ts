import { CallbackError } from '../calls/callback-error.ts';
import type { RouteSettings } from '../settings/settings.ts';
import { instantOf, wallTime } from './local-time.ts';

export type Hours = NonNullable<RouteSettings['hours']>;

/** `opensAt` is undefined only for hours without a day. */
type Opening = { open: true } | { open: false; opensAt: Date | undefined };

const DAY_MS = 24 * 3600 * 1000;

/**
 * Returns whether a route is open at an instant. If it is closed, returns when it opens next.
 *
 * `days` are the days on which opening hours start, 1 (Monday) to 7 (Sunday). If `to` is not later than `from` ("22:00" to
 * "06:00"), they end on the next day. Times are clock times of the time zone, so opening hours during a change of clocks
 * are an hour shorter or longer.
 */
export function openAt(hours: Hours, now: Date): Opening {
  const today = Math.floor(wallTime(hours.timezone, now.getTime()) / DAY_MS);
  // Yesterday's hours may end today. The last day is the same weekday of next week.
  for (let day = today - 1; day <= today + 7; day++) {
    if (!hours.days.includes(weekday(day))) continue;
    const { starts, ends } = windowOf(hours, day);
    if (now.getTime() >= ends) continue;
    return now.getTime() >= starts ? { open: true } : { open: false, opensAt: new Date(starts) };
  }
  return { open: false, opensAt: undefined };
}

/** @throws CallbackError outside-hours, with the next opening. */
export function checkHours(hours: Hours, now: Date): void {
  const opening = openAt(hours, now);
  if (opening.open) return;
  const next = opening.opensAt === undefined ? 'never' : inWords(opening.opensAt, hours.timezone);
  throw new CallbackError('outside-hours', `This route is closed now. It opens next: ${next}`);
}

function windowOf({ timezone, from, to }: Hours, day: number): { starts: number; ends: number } {
  const endDay = millisecondsOf(to) > millisecondsOf(from) ? day : day + 1;
  return {
    starts: instantOf(timezone, day * DAY_MS + millisecondsOf(from)),
    ends: instantOf(timezone, endDay * DAY_MS + millisecondsOf(to)),
  };
}

function millisecondsOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}

/** 1970-01-01 was a Thursday. */
const weekday = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

const inWords = (instant: Date, timezone: string): string =>
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
