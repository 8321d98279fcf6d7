const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes far longer than using it. */
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

/** What clocks there show at an instant, as the milliseconds that would be in UTC. */
export function wallTime(timezone: string, instant: number): number {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

const DAY_MS = 24 * 3600 * 1000;

/**
 * When clocks there show a time: the first time, where they are put back and show it twice; as much later, where they
 * are put forward and never show it. (What ECMAScript's Temporal calls "compatible".)
 */
export function instantOf(timezone: string, wall: number): number {
  const offsetAt = (instant: number): number => wallTime(timezone, instant) - instant;
  const before = wall - offsetAt(wall - DAY_MS);
  const after = wall - offsetAt(wall + DAY_MS);
  const right = [before, after].filter((instant) => wallTime(timezone, instant) === wall);
  return right.length > 0 ? Math.min(...right) : before;
}
