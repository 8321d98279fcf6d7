import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type WorkResult, work } from '../lib/queue/work.ts';
import { NO_EARLY_TIMEOUT } from '../lib/shared/deadline.ts';

/** Runs the lines. A rule invokes it each minute. A callback that is due soon invokes it at once if its line has no runner. */
export const handler = middy<unknown, WorkResult, Error, Context>(NO_EARLY_TIMEOUT).handler(work);
