import type { SQSBatchResponse } from 'aws-lambda';
import { acceptCallback } from '../calls/accept-callback.ts';
import { CallbackError } from '../calls/callback-error.ts';
import { PROBLEMS } from '../calls/problems.ts';
import { asProblem } from '../http/problem-from-error.ts';
import type { Deadline } from '../shared/deadline.ts';
import { logFailure, type Trace } from '../telemetry/log.ts';
import { type Idempotency, idempotencyOf, type QueueRecord, requestIn } from './envelope.ts';

interface Limits {
  deadline: Deadline;
  requestId: string;
}

/**
 * Callback requests from an SQS queue. Handed back to it is only what rang nothing and may be tried again: a message that
 * is wrong stays wrong, and one whose outcome is unknown may be ringing. Both are logged, and gone.
 */
export async function placeBatch(records: readonly QueueRecord[], limits: Limits): Promise<SQSBatchResponse> {
  const ofFifo = records.some(({ eventSourceARN }) => String(eventSourceARN).endsWith('.fifo'));
  const again = ofFifo
    ? await inOrder(records, limits)
    : await Promise.all(records.map((record) => isToBeTriedAgain(record, limits)));
  const failed = records.filter((_, index) => again[index]);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** One after the other; behind the first that goes back all others do, so that their order stays. */
async function inOrder(records: readonly QueueRecord[], limits: Limits): Promise<boolean[]> {
  const again: boolean[] = [];
  for (const record of records) {
    again.push(again.at(-1) === true || (await isToBeTriedAgain(record, limits)));
  }
  return again;
}

async function isToBeTriedAgain(record: QueueRecord, { deadline, requestId }: Limits): Promise<boolean> {
  const trace: Trace = { requestId, messageId: record.messageId, milliseconds: {} };
  try {
    const message = parse(record.body);
    // A message that is delivered again has its old id; an event may come in two messages.
    const ofMessage: Idempotency = {
      principal: `sqs/${String(record.eventSourceARN)}`,
      key: record.messageId,
    };
    const idempotency = idempotencyOf(message) ?? ofMessage;
    await acceptCallback(requestIn(message), { deadline, trace, principal: 'events', idempotency });
    return false;
  } catch (error) {
    const problem = asProblem(error);
    logFailure(problem, trace);
    return PROBLEMS[problem.code].retryable;
  }
}

function parse(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    throw new CallbackError('request-malformed', 'The message is not valid JSON');
  }
}
