import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterOpenTime, type Hours, nextOpen } from '../../lib/rules/hours.ts';
import { clockOfYear, isOpen } from '../support/rules/clock-of-year.ts';

const RUNS = 150;
const HOUR = 3_600_000;
const QUARTER = HOUR / 4;

/** Lord Howe changes by half an hour, Santiago and Beirut change at midnight. */
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'Asia/Beirut'];
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const clock = (quarter: number): string =>
  `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`;
/** No clock is changed between 04:00 and 22:45. */
const calm = fc.integer({ min: 16, max: 91 }).map(clock);
const anyTime = fc.integer({ min: 0, max: 95 }).map(clock);
const timesFrom = (time: fc.Arbitrary<string>) =>
  fc.uniqueArray(time, { minLength: 2, maxLength: 2 }).map(([from, to]) => `${from}-${to}`);
const date = fc
  .integer({ min: 0, max: 379 })
  .map((day) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10));

const hoursIn = (timezone: string, time: fc.Arbitrary<string>): fc.Arbitrary<Hours> => {
  const times = fc.oneof(
    fc.array(timesFrom(time), { minLength: 0, maxLength: 3 }),
    fc.constantFrom(...[['00:00-24:00']]),
  );
  return fc
    .record({
      week: fc.dictionary(fc.constantFrom(...DAYS), times),
      closed: fc.uniqueArray(date, { maxLength: 20 }),
      open: fc.dictionary(date, times, { maxKeys: 10 }),
    })
    .map(({ week, closed, open }) => ({
      timezone,
      week,
      closed: closed.filter((each) => open[each] === undefined),
      open,
    }));
};
const instant = fc
  .integer({ min: 0, max: 365 * 96 - 1 })
  .map((quarter) => Date.UTC(2026, 0, 1) + quarter * QUARTER);
/** Spring and autumn on both halves of the earth. */
const nearChange = fc
  .tuple(
    fc.constantFrom(
      '2026-03-08',
      '2026-03-29',
      '2026-04-05',
      '2026-09-06',
      '2026-10-04',
      '2026-10-25',
      '2026-11-01',
    ),
    fc.integer({ min: -96, max: 192 }),
  )
  .map(([day, quarters]) => Date.parse(day) + quarters * QUARTER);
const duration = fc.integer({ min: 1, max: 40 * 4 }).map((quarters) => quarters * QUARTER);

describe.each(ZONES)('a year of opening hours in %s', (timezone) => {
  const year = clockOfYear(timezone, 2026);
  /** The `count`th quarter of an hour from a time on in which the clocks show an opening time. */
  const openQuarter = (hours: Hours, time: number, count: number): number | undefined => {
    let left = count;
    for (let index = (time - Date.UTC(2026, 0, 1)) / QUARTER; index < year.length; index++) {
      const shown = year[index];
      if (shown && isOpen(hours, shown)) left -= 1;
      if (shown && left === 0) return shown.instant;
    }
    return undefined;
  };

  it('opens when the clocks show an opening time', () => {
    fc.assert(
      fc.property(hoursIn(timezone, calm), fc.oneof(instant, nearChange), (hours, time) => {
        const expected = openQuarter(hours, time, 1);
        const found = nextOpen(hours, time);
        if (expected === undefined) expect(found === undefined || found >= Date.UTC(2027, 0, 20)).toBe(true);
        else expect(found).toBe(expected);
      }),
      { numRuns: RUNS },
    );
  });

  it('counts the time during which the clocks show an opening time, and no other', () => {
    fc.assert(
      fc.property(hoursIn(timezone, calm), fc.oneof(instant, nearChange), duration, (hours, time, wanted) => {
        const last = openQuarter(hours, time, wanted / QUARTER);
        if (last !== undefined) expect(afterOpenTime(hours, time, wanted)).toBe(last + QUARTER);
      }),
      { numRuns: RUNS },
    );
  });

  it('counts two times one after the other as their sum, whenever clocks change', () => {
    fc.assert(
      fc.property(
        hoursIn(timezone, anyTime),
        fc.oneof(instant, nearChange),
        duration,
        duration,
        (hours, time, a, b) => {
          const inSteps = afterOpenTime(hours, afterOpenTime(hours, time, a), b);
          const atOnce = afterOpenTime(hours, time, a + b);
          // Without so much open time within a year, both name an end.
          if (atOnce < time + 300 * 24 * HOUR) expect(inSteps).toBe(atOnce);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('is open at the opening that it names, and was not just before', () => {
    fc.assert(
      fc.property(hoursIn(timezone, anyTime), nearChange, (hours, time) => {
        const opensAt = nextOpen(hours, time);
        if (opensAt === undefined) return;
        expect(nextOpen(hours, opensAt)).toBe(opensAt);
        if (opensAt > time) expect(nextOpen(hours, opensAt - 1)).toBe(opensAt);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a week of opening times', () => {
  const shop: Hours = {
    timezone: 'Europe/Berlin',
    week: { mon: ['09:00-13:00', '14:00-18:00'], tue: ['09:00-13:00'], fri: ['22:00-02:00'] },
    closed: ['2026-12-25'],
    open: { '2026-12-24': ['09:00-12:00'], '2026-12-28': [] },
  };
  const next = (time: string): string | undefined => {
    const found = nextOpen(shop, Date.parse(time));
    return found === undefined ? undefined : new Date(found).toISOString().slice(0, 16);
  };
  const hoursAfter = (time: string, hours: number): string =>
    new Date(afterOpenTime(shop, Date.parse(time), hours * HOUR)).toISOString().slice(0, 16);

  it.each([
    ['before the first opening', '2026-11-23T07:00:00Z', '2026-11-23T08:00'],
    ['in the lunch break', '2026-11-23T12:30:00Z', '2026-11-23T13:00'],
    ['in the afternoon', '2026-11-23T15:00:00Z', '2026-11-23T15:00'],
    ['at the minute of closing', '2026-11-23T17:00:00Z', '2026-11-24T08:00'],
    ['after midnight of an opening that began on Friday', '2026-11-28T00:30:00Z', '2026-11-28T00:30'],
    ['on a date with times of its own', '2026-12-23T12:00:00Z', '2026-12-24T08:00'],
    ['before a holiday and a date without times', '2026-12-24T11:00:00Z', '2026-12-29T08:00'],
  ])('opens next, %s', (_, time, expected) => {
    expect(next(time)).toBe(expected);
  });

  it('counts an hour over the lunch break, over night and over a holiday', () => {
    expect(hoursAfter('2026-11-23T11:30:00Z', 1)).toBe('2026-11-23T13:30');
    expect(hoursAfter('2026-11-23T16:30:00Z', 1)).toBe('2026-11-24T08:30');
    expect(hoursAfter('2026-12-24T10:30:00Z', 1)).toBe('2026-12-29T08:30');
  });

  it('closes for good at the end of an opening when exactly that much time was asked for', () => {
    expect(hoursAfter('2026-11-23T16:00:00Z', 1)).toBe('2026-11-23T17:00');
  });

  it('counts time once where opening times overlap', () => {
    const double: Hours = { timezone: 'UTC', week: { mon: ['09:00-12:00', '10:00-11:00', '11:30-13:00'] } };
    expect(afterOpenTime(double, Date.parse('2026-11-23T09:00:00Z'), 4 * HOUR)).toBe(
      Date.parse('2026-11-23T13:00:00Z'),
    );
  });

  it('accepts dates beside "days", too', () => {
    const hours: Hours = {
      timezone: 'UTC',
      days: [1, 2, 3, 4, 5],
      from: '09:00',
      to: '18:00',
      closed: ['2026-12-25'],
    };
    expect(nextOpen(hours, Date.parse('2026-12-25T12:00:00Z'))).toBe(Date.parse('2026-12-28T09:00:00Z'));
  });

  it('never opens again when only dates of the past have times', () => {
    const past: Hours = { timezone: 'UTC', week: {}, open: { '2026-01-05': ['09:00-10:00'] } };
    expect(nextOpen(past, Date.parse('2026-11-23T09:00:00Z'))).toBeUndefined();
  });

  it('is closed in an opening that the clocks skip as a whole', () => {
    // The clocks of Berlin go from 02:00 to 03:00 on 2026-03-29, a Sunday.
    const short: Hours = { timezone: 'Europe/Berlin', week: { sun: ['02:30-03:15'] } };
    expect(nextOpen(short, Date.parse('2026-03-29T00:00:00Z'))).toBe(Date.parse('2026-04-05T00:30:00Z'));
  });
});

it('hours without restriction are always open', () => {
  expect(nextOpen(undefined, 5)).toBe(5);
  expect(afterOpenTime(undefined, 5, 10)).toBe(15);
});
