import * as z from 'zod/mini';
import { flag, integer, numberWithin, seconds } from './schema-parts.ts';

const DAY_SECONDS = 86_400;

/** A queue of callbacks with a number of call slots. */
export const lineSchema = z.strictObject(
  {
    capacity: integer(1, 200),
    perAgent: z._default(flag, true),
    oneOpenPerNumber: z._default(flag, true),
    startsPerSecond: z._default(numberWithin(0.1, 50, 'a number from 0.1 to 50'), 2),
    wrapUpSeconds: z._default(seconds(0, 3600), 0),
    maxTalkSeconds: z._default(seconds(10, DAY_SECONDS), 3600),
    giveUpAfterSeconds: z._default(seconds(60, 30 * DAY_SECONDS), 3600),
  },
  'must be an object such as {"capacity": 4}',
);
