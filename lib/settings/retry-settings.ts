import * as z from 'zod/mini';
import { list, rule } from './schema-parts.ts';

const ATTEMPTS_WORDS = 'must be an integer from 1 to 9: attempts that may fail because of this party';
const attempts = z.number(ATTEMPTS_WORDS).check(
  rule((value, refuse) => {
    if (!(Number.isInteger(value) && value >= 1 && value <= 9)) refuse(ATTEMPTS_WORDS);
  }),
);

const DELAY_WORDS = 'must be a number of seconds from 5 to 604800 (7 days)';
const delay = z.number(DELAY_WORDS).check(
  rule((value, refuse) => {
    if (!(value >= 5 && value <= 604_800)) refuse(DELAY_WORDS);
  }),
);

const MOST_DELAYS = 8;
const delays = z.exactOptional(
  list(delay, 'seconds such as [60, 300]').check(
    rule((values, refuse) => {
      if (values.length === 0 || values.length > MOST_DELAYS)
        refuse(`must be a list of 1 to ${MOST_DELAYS} numbers of seconds; the last one repeats`);
    }),
  ),
);

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
    'must be an object such as {"busy": [60, 300], "no-answer": [900]}',
  )
  .check(
    rule((results, refuse) => {
      if (Object.keys(results).length === 0)
        refuse(
          'must name at least one result, such as {"busy": [60]}: a result without delays is not retried',
        );
    }),
  );

const PARTY_WORDS = 'must be an object such as {"attempts": 3, "delays": {"busy": [60, 300]}}';
const party = z.exactOptional(z.strictObject({ attempts, delays: byResult }, PARTY_WORDS));

/** How often each party is called again, and when. */
export const retrySchema = z
  .strictObject(
    { customer: party, agent: party },
    'must be an object such as {"customer": {"attempts": 3, "delays": {"busy": [60, 300]}}}',
  )
  .check(
    rule((retry, refuse) => {
      if (Object.keys(retry).length === 0)
        refuse('must name "customer" or "agent", or be left out for one attempt');
    }),
  );
