import { CallbackError } from '../calls/callback-error.ts';

/** Seconds of Unix time, from seconds, milliseconds or microseconds (as number or text), or from ISO 8601. */
function unixSeconds(time: unknown): number | undefined {
  const number = typeof time === 'string' && /^\d{9,17}$/.test(time) ? Number(time) : time;
  if (typeof number === 'number') return fromNumber(number);
  const parsed = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed / 1000;
}

function fromNumber(time: number): number | undefined {
  if (!(time > 0) || time >= 1e17) return undefined;
  if (time >= 1e14) return time / 1e6;
  return time >= 1e11 ? time / 1000 : time;
}

/**
 * A callback that comes a day late is wrong; and a time that is yet to come tells nothing of how late it is.
 *
 * @param now Unix time in seconds.
 * @throws CallbackError event-too-old, request-invalid.
 */
export function checkTime(time: unknown, maxAgeSeconds: number, now: number): void {
  const seconds = unixSeconds(time);
  const age = seconds === undefined ? undefined : now - seconds;
  if (age !== undefined && Math.abs(age) <= maxAgeSeconds) return;
  if (age !== undefined && age < 0) {
    const message = `The event is ${Math.round(-age)} s ahead of us: look at the sender's clock, or at what is taken for the time`;
    throw new CallbackError('request-invalid', message, { errors: [{ field: 'time', message }] });
  }
  const when = age === undefined ? 'at a time that cannot be read' : `${Math.round(age)} s ago`;
  throw new CallbackError(
    'event-too-old',
    `It happened ${when}, and this webhook calls within ${maxAgeSeconds} s: see "maxAgeSeconds"`,
  );
}
