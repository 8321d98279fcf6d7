import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Callback } from '../lib/callback/callback.ts';
import { asProblem } from '../lib/http/failure.ts';
import type { Problem } from '../lib/http/problem.ts';
import { dial } from './dial.ts';
import { logFailure } from './log.ts';

/** Left of a function's time for handing back the answer. */
const RESERVE_MS = 3000;

/**
 * A callback request as the event itself: a schedule, another function. It answers with the callback, or with a
 * problem object: an error that was thrown would be tried again by AWS, and ring again.
 */
export const handler = middy<unknown, Callback | Problem, Error, Context>()
  .onError((request) => {
    const problem = asProblem(request.error);
    logFailure(problem);
    request.response = problem.toProblem(request.context.awsRequestId);
  })
  .handler((event, context) =>
    dial(event, { until: Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS }),
  );
