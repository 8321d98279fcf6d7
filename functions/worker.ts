import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type WorkResult, work } from '../lib/queue/work.ts';
import { NO_EARLY_TIMEOUT } from '../lib/shared/deadline.ts';

/** Works the lines: starts what is due, and follows the calls. A rule invokes it each minute, accepted callbacks at once. */
export const handler = middy<unknown, WorkResult, Error, Context>(NO_EARLY_TIMEOUT).handler(work);
