import * as z from 'zod/mini';
import { list, matching, rule, text } from './shapes.ts';

const timezone = text('a time zone such as "Europe/Moscow"', (value, refuse) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
  } catch {
    refuse('must be a time zone of the IANA list, such as "Europe/Moscow"');
  }
});

const DAY_WORDS = 'a day of the week: 1 (Monday) to 7 (Sunday)';
const day = z.number(`must be ${DAY_WORDS}`).check(
  rule((value, refuse) => {
    if (!Number.isInteger(value) || value < 1 || value > 7) refuse(`must be ${DAY_WORDS}`);
  }),
);

/**
 * When a route may be used. `days` are the ISO weekdays on which it opens, Monday 1; `to` may be "24:00", and what is no
 * later than `from` is a time of the next day: "22:00" to "06:00".
 */
export const hoursSchema = z
  .strictObject(
    {
      timezone,
      days: list(day, 'days: 1 (Monday) to 7 (Sunday)').check(
        rule((days, refuse) => {
          if (days.length === 0) refuse('must name one day at least: 1 (Monday) to 7 (Sunday)');
        }),
      ),
      from: matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as "09:00"'),
      to: matching(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time of day such as "20:00"'),
    },
    'must be an object: {"timezone", "days", "from", "to"}',
  )
  .check(
    rule((hours, refuse) => {
      // It could mean never as well as always.
      if (hours.from === hours.to) refuse('must differ from "from"; a whole day is "00:00" to "24:00"', 'to');
    }),
  );
