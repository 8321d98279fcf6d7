import * as z from 'zod/mini';
import { timezone } from './hours-settings.ts';
import { integer, must } from './schema-parts.ts';

const count = z.exactOptional(integer(1, 1_000_000, '; leave it out for no limit'));

const perAddressPerHour = z.exactOptional(
  z.never('is reserved for a kind of key that does not exist yet: leave it out, and use the other limits'),
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
    must(
      (limits) => Object.keys(limits).some((field) => field !== 'timezone'),
      'must hold at least one limit, such as {"perDay": 500}',
    ),
  );

export type LimitSettings = z.output<typeof limitsSchema>;

const SECRET_WORDS = 'must be at least 16 visible ASCII characters, as `openssl rand -hex 24` makes them';

/** The key of the hashes in the do-not-call list. */
export const doNotCallSecretSchema = z
  .string(SECRET_WORDS)
  .check(must((value) => /^[\x21-\x7e]{16,}$/.test(value), SECRET_WORDS));
