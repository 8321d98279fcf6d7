import middy from '@middy/core';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import type { Callback } from '../lib/callback/callback.ts';
import { asProblem } from '../lib/http/failure.ts';
import type { Problem } from '../lib/http/problem.ts';
import { placeBatch } from './batch.ts';
import { deadlineOf } from './deadline.ts';
import { dial } from './dial.ts';
import { idempotencyOf, isFromQueue, requestIn } from './envelope.ts';
import { logFailure } from './log.ts';

/**
 * A callback request as the event itself (a schedule, another function), as an event's `detail`, or in a queue's
 * messages. It answers with the callback, or with a problem object: an error that was thrown would be tried again by AWS,
 * and ring again. A queue is told which of its messages to deliver again.
 */
export const handler = middy<unknown, Callback | Problem | SQSBatchResponse, Error, Context>()
  .onError((request) => {
    const problem = asProblem(request.error);
    const requestId = request.context.awsRequestId;
    logFailure(problem, { requestId, milliseconds: {} });
    request.response = problem.toProblem(requestId);
  })
  .handler(async (event, context) => {
    const requestId = context.awsRequestId;
    const until = deadlineOf(context);
    if (isFromQueue(event)) return await placeBatch(event.Records, { until, requestId });
    return await dial(requestIn(event), {
      until,
      trace: { requestId, milliseconds: {} },
      // EventBridge and Lambda's own queue of asynchronous invocations deliver at least once.
      idempotency: idempotencyOf(event) ?? { principal: 'invoke', key: requestId },
    });
  });
