import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type WorkResult, work } from '../lib/queue/work.ts';
import { NO_EARLY_TIMEOUT } from '../lib/shared/deadline.ts';

/** Runs the lines. A rule invokes it each minute, and an accepted callback of a line invokes it at once. */
export const handler = middy<unknown, WorkResult, Error, Context>(NO_EARLY_TIMEOUT).handler(work);
