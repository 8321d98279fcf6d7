/** Seconds of Unix time, from seconds, milliseconds or microseconds (as number or text), or from ISO 8601. */
export function unixSeconds(time: unknown): number | undefined {
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
