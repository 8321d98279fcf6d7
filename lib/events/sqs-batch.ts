import type { SQSBatchResponse } from 'aws-lambda';
import { acceptCallback } from '../calls/accept-callback.ts';
import { CallbackError } from '../problems/callback-error.ts';
import { PROBLEMS } from '../problems/problem-codes.ts';
import { asProblem } from '../problems/problem-from-error.ts';
import type { Deadline } from '../shared/deadline.ts';
import { isObject } from '../shared/is-object.ts';
import { logFailure, type Trace } from '../telemetry/log.ts';
import { type QueueRecord, readRequestIn } from './request-in-event.ts';

interface Limits {
  deadline: Deadline;
  requestId: string;
  /**
   * Whether every failed message is returned. The queue moves a message that was returned too often to its dead-letter
   * queue. With `keepsFailures`, `wait` in a message is ignored.
   */
  keepsFailures?: boolean;
}

/**
 * Places the callbacks that the messages of an SQS queue request. Returns a message for retry if no phone rang and a retry is
 * safe. Any other failed message leaves the queue, because the message is wrong or a phone may have rung. With
 * `keepsFailures` these messages are returned too. The idempotency key of a message prevents a second call.
 */
export async function placeBatch(records: readonly QueueRecord[], limits: Limits): Promise<SQSBatchResponse> {
  const isFifo = records.some(({ eventSourceARN }) => String(eventSourceARN).endsWith('.fifo'));
  const retries = isFifo
    ? await inOrder(records, limits)
    : await Promise.all(records.map((record) => mustRetry(record, limits)));
  const failed = records.filter((_, index) => retries[index]);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** Places the callbacks one after the other. Returns every message after the first failed message, to keep the FIFO order. */
async function inOrder(records: readonly QueueRecord[], limits: Limits): Promise<boolean[]> {
  const retries: boolean[] = [];
  for (const record of records) {
    retries.push(retries.at(-1) === true || (await mustRetry(record, limits)));
  }
  return retries;
}

async function mustRetry(record: QueueRecord, limits: Limits): Promise<boolean> {
  const { deadline, requestId, keepsFailures = false } = limits;
  const trace: Trace = { requestId, messageId: record.messageId, milliseconds: {} };
  try {
    const message = parse(record.body);
    // A message that is delivered again has the same id. An EventBridge event may come in two messages, so its own id is the key.
    const { input, idempotency } = readRequestIn(message, {
      principal: `sqs/${String(record.eventSourceARN)}`,
      key: record.messageId,
    });
    const request = keepsFailures ? withoutWait(input) : input;
    await acceptCallback(request, { deadline, trace, principal: idempotency.principal, idempotency });
    return false;
  } catch (error) {
    const problem = asProblem(error);
    const { retryable } = PROBLEMS[problem.code];
    // A message that can never be placed is logged once.
    if (retryable || !wasReturned(record)) logFailure(problem, trace);
    return retryable || keepsFailures;
  }
}

function withoutWait(input: unknown): unknown {
  if (!isObject(input)) return input;
  const { wait: _, waitSeconds: __, ...request } = input;
  return request;
}

const wasReturned = ({ attributes }: QueueRecord): boolean =>
  Number(attributes?.ApproximateReceiveCount ?? 1) > 1;

function parse(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    throw new CallbackError(
      'request-malformed',
      'The message is not valid JSON. Send the callback request as a JSON object',
    );
  }
}
