import * as z from 'zod/mini';
import { list, matching, must, named, numberWithin, rule, succeeds, text, textThat } from './schema-parts.ts';

export const timezone = text('a time zone such as "Europe/Moscow"').check(
  must(
    (value) => succeeds(() => new Intl.DateTimeFormat('en', { timeZone: value })),
    'must be a time zone of the IANA list, such as "Europe/Moscow"',
  ),
);

const weekday = numberWithin(1, 7, 'a day of the week: 1 (Monday) to 7 (Sunday)', Number.isInteger);
const days = list(weekday, 'days: 1 (Monday) to 7 (Sunday)').check(
  must((values) => values.length > 0, 'must name at least one day: 1 (Monday) to 7 (Sunday)'),
);

const FROM = '([01]\\d|2[0-3]):[0-5]\\d';
const TO = `(${FROM}|24:00)`;

/** Equal times could mean never or always. */
const WHOLE_DAY = 'a whole day is "00:00" to "24:00"';

/** Such as "09:00-13:00". "22:00-06:00" ends on the next day. */
const openingTimes = matching(
  new RegExp(`^${FROM}-${TO}$`),
  'opening times such as "09:00-13:00", with two digits for the hour',
).check(
  rule((value, refuse) => {
    const [from, to] = value.split('-');
    if (from === to) refuse(`must have two different times; ${WHOLE_DAY}: "00:00-24:00"`);
  }),
);
const timesOfDay = list(openingTimes, 'opening times such as "09:00-13:00"');

const day = z.exactOptional(timesOfDay);
const week = z.strictObject(
  { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day },
  'must be an object such as {"mon": ["09:00-13:00", "14:00-18:00"]}',
);

const DATE_WORDS = 'a date such as "2026-12-25"';
const date = textThat(isDate, DATE_WORDS);

function isDate(value: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

const timesByDate = named(
  isDate,
  DATE_WORDS,
  timesOfDay,
  'an object such as {"2026-12-24": ["09:00-12:00"]}',
);

/** The fields that `week` replaces. */
const DAILY = ['days', 'from', 'to'] as const;

/**
 * When a route is open: on `days` between `from` and `to`, or at the times of a `week`. `days` are the ISO weekdays on which it
 * opens, 1 (Monday) to 7 (Sunday). An end that is earlier than the beginning is a time of the next day. `closed` and `open`
 * are dates that differ from the week.
 */
export const hoursSchema = z
  .strictObject(
    {
      timezone,
      days: z.exactOptional(days),
      from: z.exactOptional(matching(new RegExp(`^${FROM}$`), 'a time of day such as "09:00"')),
      to: z.exactOptional(matching(new RegExp(`^${TO}$`), 'a time of day such as "20:00"')),
      week: z.exactOptional(week),
      closed: z.exactOptional(list(date, 'dates such as "2026-12-25"')),
      open: z.exactOptional(timesByDate),
    },
    'must be an object such as {"timezone": "Europe/Moscow", "days": [1, 2, 3, 4, 5], "from": "09:00", "to": "20:00"}',
  )
  .check(
    rule((hours, refuse) => {
      const { week: timesOfWeek, open = {}, closed } = hours;
      if (timesOfWeek === undefined) {
        const missing = DAILY.find((field) => hours[field] === undefined);
        if (missing !== undefined) refuse('must be given, unless "week" has the opening times', missing);
        else if (hours.from === hours.to) refuse(`must differ from "from"; ${WHOLE_DAY}`, 'to');
      } else {
        for (const field of DAILY)
          if (hours[field] !== undefined)
            refuse('must be left out, because "week" has the opening times', field);
        const all = [...Object.values(timesOfWeek), ...Object.values(open)];
        if (all.every((times) => times.length === 0))
          refuse('never opens: give at least one day opening times, such as "mon": ["09:00-18:00"]', 'week');
      }
      const both = closed?.find((each) => open[each] !== undefined);
      if (both !== undefined) refuse(`must not hold ${both}, because "open" has this date, too`, 'closed');
    }),
  );
