import { DAY_MS, instantOf, wallTime } from './local-time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export type WindowKind = 'minute' | 'hour' | 'day';

/** One calendar window of a limit. */
export interface LimitWindow {
  /** Such as `minute#2026-11-28T10:05` or `day#2026-11-28`. */
  name: string;
  /** Unix time in milliseconds. */
  endsAt: number;
}

/** Returns the window of an instant: minutes and hours in UTC, days in a time zone. */
export function windowAt(kind: WindowKind, now: number, timezone: string): LimitWindow {
  if (kind === 'day') return dayAt(now, timezone);
  const [length, shown] = kind === 'minute' ? [MINUTE_MS, 16] : [HOUR_MS, 13];
  return {
    name: `${kind}#${new Date(now).toISOString().slice(0, shown)}`,
    endsAt: (Math.floor(now / length) + 1) * length,
  };
}

/** A day with a change of summer time has 23 or 25 hours. */
function dayAt(now: number, timezone: string): LimitWindow {
  const wall = wallTime(timezone, now);
  const midnight = (Math.floor(wall / DAY_MS) + 1) * DAY_MS;
  return {
    name: `day#${new Date(wall).toISOString().slice(0, 10)}`,
    endsAt: instantOf(timezone, midnight),
  };
}
