export const DAY_MS = 24 * 3600 * 1000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Creating a format takes much longer than using it, so each format is kept. */
function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timezone, made);
  return made;
}

/** Returns the local time in a time zone as if it were UTC: at 09:00 in Berlin, the Unix milliseconds of 09:00 UTC. */
export function wallTime(timezone: string, instant: number): number {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/**
 * Returns the instant at which clocks in a time zone show a time. When clocks go back and show it twice, this is the
 * first instant. When clocks go forward and skip it, adds the skipped duration: for a skipped 02:30 this is the instant at which
 * clocks show 03:30. ECMAScript's Temporal calls it "compatible".
 */
export function instantOf(timezone: string, wall: number): number {
  const offsetAt = (instant: number): number => wallTime(timezone, instant) - instant;
  const before = wall - offsetAt(wall - DAY_MS);
  const after = wall - offsetAt(wall + DAY_MS);
  const right = [before, after].filter((instant) => wallTime(timezone, instant) === wall);
  return right.length > 0 ? Math.min(...right) : before;
}
