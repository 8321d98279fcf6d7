import middy from '@middy/core';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { dial } from '../lib/calls/accept-callback.ts';
import type { Callback } from '../lib/calls/callback.ts';
import { idempotencyOf, isFromQueue, requestIn } from '../lib/events/envelope.ts';
import { placeBatch } from '../lib/events/sqs-batch.ts';
import { type Problem, problemOf } from '../lib/http/problem.ts';
import { asProblem } from '../lib/http/problem-from-error.ts';
import { deadlineOf } from '../lib/shared/deadline.ts';
import { logFailure } from '../lib/telemetry/log.ts';

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
    request.response = problemOf(problem, requestId);
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
