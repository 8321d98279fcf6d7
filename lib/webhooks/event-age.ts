import { CallbackError } from '../problems/callback-error.ts';

/**
 * Refuses an event that is older than `maxAgeSeconds`, because nobody wants a call a day late. Also refuses an event that far in
 * the future, because its age is unknown.
 *
 * @param time Unix time in seconds, milliseconds or microseconds (as number or text), or ISO 8601.
 * @param now Unix time in seconds.
 * @throws CallbackError event-too-old, request-invalid.
 */
export function checkTime(time: unknown, maxAgeSeconds: number, now: number): void {
  const seconds = unixSeconds(time);
  const age = seconds === undefined ? undefined : now - seconds;
  if (age !== undefined && Math.abs(age) <= maxAgeSeconds) return;
  if (age !== undefined && age < 0) {
    const message = `The time of the event is ${Math.round(-age)} s in the future. Check the clock of the sender, or which field is read as the time`;
    throw new CallbackError('request-invalid', message, { field: 'time' });
  }
  const when = age === undefined ? 'at a time that cannot be read' : `${Math.round(age)} s ago`;
  throw new CallbackError(
    'event-too-old',
    `The event happened ${when}. This webhook calls within ${maxAgeSeconds} s only: see "maxAgeSeconds"`,
  );
}

function unixSeconds(time: unknown): number | undefined {
  const number = typeof time === 'string' && /^\d{9,17}$/.test(time) ? Number(time) : time;
  if (typeof number === 'number') return secondsOf(number);
  const parsed = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed / 1000;
}

/** The number of digits shows the unit. */
function secondsOf(time: number): number | undefined {
  if (!(time > 0) || time >= 1e17) return undefined;
  if (time >= 1e14) return time / 1e6;
  return time >= 1e11 ? time / 1000 : time;
}
