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
 * When a route is open. `days` are the ISO weekdays on which it opens, 1 (Monday) to 7 (Sunday). `to` may be "24:00". A `to`
 * that is not later than `from` is a time of the next day: "22:00" to "06:00".
 */
export const hoursSchema = z
  .strictObject(
    {
      timezone,
      days: list(day, 'days: 1 (Monday) to 7 (Sunday)').check(
        rule((days, refuse) => {
          if (days.length === 0) refuse('must name at least one day: 1 (Monday) to 7 (Sunday)');
        }),
      ),
      from: matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as "09:00"'),
      to: matching(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time of day such as "20:00"'),
    },
    'must be an object such as {"timezone": "Europe/Moscow", "days": [1, 2, 3, 4, 5], "from": "09:00", "to": "20:00"}',
  )
  .check(
    rule((hours, refuse) => {
      // Equal times could mean never or always.
      if (hours.from === hours.to) refuse('must differ from "from"; a whole day is "00:00" to "24:00"', 'to');
    }),
  );
