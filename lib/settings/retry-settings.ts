import * as z from 'zod/mini';
import { integer, list, must, seconds } from './schema-parts.ts';

const attempts = integer(1, 9, ', the number of attempts that may fail because of this party');

const delays = z.exactOptional(
  list(seconds(5, 604_800, ' (7 days)'), 'seconds such as [60, 300]').check(
    must(
      ({ length }) => length >= 1 && length <= 8,
      'must be a list of 1 to 8 numbers of seconds; the last number repeats',
    ),
  ),
);

/** What `delays` of a party must be. */
export const DELAYS_WORDS = 'must be an object such as {"busy": [60, 300], "no-answer": [900]}';

const byResult = z
  .strictObject(
    {
      busy: delays,
      'no-answer': delays,
      congestion: delays,
      unreachable: delays,
      rejected: delays,
      other: delays,
    },
    DELAYS_WORDS,
  )
  .check(
    must(
      (results) => Object.keys(results).length > 0,
      'must name at least one result, such as {"busy": [60]}: a result without delays is not retried',
    ),
  );

const PARTY_WORDS = 'must be an object such as {"attempts": 3, "delays": {"busy": [60, 300]}}';
const customer = z.strictObject({ attempts, delays: byResult }, PARTY_WORDS);
/** A route without a pool needs `delays`. `checkLine` in route-settings.ts checks this. */
const agent = z.strictObject({ attempts, delays: z.exactOptional(byResult) }, PARTY_WORDS);

/** How often each party is called again, and when. */
export const retrySchema = z
  .strictObject(
    { customer: z.exactOptional(customer), agent: z.exactOptional(agent) },
    'must be an object such as {"customer": {"attempts": 3, "delays": {"busy": [60, 300]}}}',
  )
  .check(
    must(
      (retry) => Object.keys(retry).length > 0,
      'must name "customer" or "agent", or be left out for one attempt',
    ),
  );
