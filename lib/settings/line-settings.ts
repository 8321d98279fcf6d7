import * as z from 'zod/mini';
import { flag, rule } from './schema-parts.ts';

/** A number within bounds. The message is one sentence for a wrong type and a wrong value. */
function within(least: number, most: number, what: 'a number' | 'an integer', unit = '') {
  const words = `must be ${what}${unit} from ${least} to ${most}`;
  return z.number(words).check(
    rule((value, refuse) => {
      const isWhole = what === 'a number' || Number.isInteger(value);
      if (!(value >= least && value <= most && isWhole)) refuse(words);
    }),
  );
}

const DAY_SECONDS = 86_400;

/** A queue of callbacks with a number of call slots. */
export const lineSchema = z.strictObject(
  {
    capacity: within(1, 200, 'an integer'),
    perAgent: z._default(flag, true),
    oneOpenPerNumber: z._default(flag, true),
    startsPerSecond: z._default(within(0.1, 50, 'a number'), 2),
    wrapUpSeconds: z._default(within(0, 3600, 'a number', ' of seconds'), 0),
    maxTalkSeconds: z._default(within(10, DAY_SECONDS, 'a number', ' of seconds'), 3600),
    giveUpAfterSeconds: z._default(within(60, 30 * DAY_SECONDS, 'a number', ' of seconds'), 3600),
  },
  'must be an object such as {"capacity": 4}',
);
