import type { Context, SQSBatchResponse } from 'aws-lambda';
import { CallbackError } from '../problems/callback-error.ts';
import { Deadline } from '../shared/deadline.ts';
import { isFromQueue } from './request-in-event.ts';
import { placeBatch } from './sqs-batch.ts';

/**
 * Places the callback that a message of the stack's own queue requests, and does not wait for the call. A message that was
 * not placed goes back to the queue.
 *
 * @throws CallbackError request-invalid for any other event.
 */
export async function receiveMessage(event: unknown, context: Context): Promise<SQSBatchResponse> {
  if (!isFromQueue(event)) throw new CallbackError('request-invalid', NO_MESSAGE);
  const deadline = Deadline.ofInvocation(context);
  return await placeBatch(event.Records, { deadline, requestId: context.awsRequestId, keepsFailures: true });
}

const NO_MESSAGE =
  'This function takes messages of an SQS queue only. Invoke the function event with the request itself';
