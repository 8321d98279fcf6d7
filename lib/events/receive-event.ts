import type { Context, SQSBatchResponse } from 'aws-lambda';
import { acceptCallback } from '../calls/accept-callback.ts';
import type { Callback } from '../calls/callback.ts';
import { CallbackError } from '../problems/callback-error.ts';
import type { Problem } from '../problems/problem-object.ts';
import { Deadline } from '../shared/deadline.ts';
import { isFromQueue, readRequestIn } from './request-in-event.ts';
import { placeBatch } from './sqs-batch.ts';

/** The callback, the problem, or the queue's messages that SQS must deliver again. */
export type EventResult = Callback | Problem | SQSBatchResponse;

/**
 * Places the callback that an event requests. The request is the event itself (a schedule, another function), the
 * event's `detail` (an EventBridge rule), or the body of a queue's message.
 */
export async function receiveEvent(event: unknown, context: Context): Promise<EventResult> {
  const requestId = context.awsRequestId;
  const deadline = Deadline.ofInvocation(context);
  if (isFromQueue(event)) return await placeBatch(event.Records, { deadline, requestId });
  // EventBridge and Lambda's queue of asynchronous invocations deliver at least once.
  const { input, idempotency } = readRequestIn(event, { principal: 'invoke/', key: requestId });
  const { callback } = await acceptCallback(input, {
    deadline,
    principal: idempotency.principal,
    trace: { requestId, milliseconds: {} },
    idempotency,
  });
  return callback;
}

/**
 * Places the callbacks that the messages of the stack's own queue request. Does not wait for the calls. A message goes back to
 * the queue if its callback was not placed.
 *
 * @throws CallbackError request-invalid for any other event.
 */
export async function receiveMessage(event: unknown, context: Context): Promise<SQSBatchResponse> {
  if (!isFromQueue(event)) throw new CallbackError('request-invalid', NO_MESSAGE);
  const deadline = Deadline.ofInvocation(context);
  return await placeBatch(event.Records, { deadline, requestId: context.awsRequestId, keepsFailures: true });
}

const NO_MESSAGE =
  'This function takes messages of an SQS queue only. Invoke the function "event" with the request itself';
