import { DAY_MS, instantOf, wallTime } from './local-time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export type WindowKind = 'minute' | 'hour' | 'day';

/**
 * Returns the calendar window of an instant: minutes and hours in UTC, days in a time zone. The name is such as
 * `minute#2026-11-28T10:05` or `day#2026-11-28`. Unix times in milliseconds.
 */
export function windowAt(kind: WindowKind, now: number, timezone: string): { name: string; endsAt: number } {
  if (kind === 'day') {
    // A day with a change of summer time has 23 or 25 hours.
    const wall = wallTime(timezone, now);
    const midnight = (Math.floor(wall / DAY_MS) + 1) * DAY_MS;
    return {
      name: `day#${new Date(wall).toISOString().slice(0, 10)}`,
      endsAt: instantOf(timezone, midnight),
    };
  }
  const [length, shown] = kind === 'minute' ? [MINUTE_MS, 16] : [HOUR_MS, 13];
  return {
    name: `${kind}#${new Date(now).toISOString().slice(0, shown)}`,
    endsAt: (Math.floor(now / length) + 1) * length,
  };
}
