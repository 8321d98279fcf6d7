import * as z from 'zod/mini';
import { timezone } from './hours-settings.ts';
import { rule } from './schema-parts.ts';

const COUNT_WORDS = 'must be an integer from 1 to 1000000; leave it out for no limit';
const count = z.exactOptional(
  z.number(COUNT_WORDS).check(
    rule((value, refuse) => {
      if (!(Number.isInteger(value) && value >= 1 && value <= 1_000_000)) refuse(COUNT_WORDS);
    }),
  ),
);

const perAddressPerHour = z.exactOptional(
  z
    .unknown()
    .check(
      rule((_, refuse) =>
        refuse('is for public keys only, which do not exist yet: leave it out, and use the other limits'),
      ),
    ),
);

/** How many callbacks may be placed. The same object at the top level, in a key and in a route. */
export const limitsSchema = z
  .strictObject(
    {
      perMinute: count,
      perHour: count,
      perDay: count,
      perNumberPerDay: count,
      perAgentPerHour: count,
      perAddressPerHour,
      timezone: z._default(timezone, 'UTC'),
    },
    'must be an object such as {"perHour": 100, "perDay": 500, "timezone": "Europe/Berlin"}',
  )
  .check(
    rule((limits, refuse) => {
      if (Object.keys(limits).every((field) => field === 'timezone'))
        refuse('must hold at least one limit, such as {"perDay": 500}');
    }),
  );

export type LimitSettings = z.output<typeof limitsSchema>;

const MIN_SECRET_LENGTH = 16;

const SECRET_WORDS = `must be at least ${MIN_SECRET_LENGTH} visible ASCII characters, as \`openssl rand -hex 24\` makes them`;

/** The key of the hashes in the do-not-call list. */
export const doNotCallSecretSchema = z.string(SECRET_WORDS).check(
  rule((value, refuse) => {
    if (!/^[\x21-\x7e]+$/.test(value) || value.length < MIN_SECRET_LENGTH) refuse(SECRET_WORDS);
  }),
);
