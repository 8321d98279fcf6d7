import { randomUUID } from 'node:crypto';
import type { Context, SQSEvent } from 'aws-lambda';
import { openFunction } from '../http/function-process.ts';

/** A function that takes events as in a Lambda process of its own. */
export interface EventFunction extends AsyncDisposable {
  /** @param requestId The same for every delivery of one asynchronous invocation. */
  invoke(event: unknown, remainingMs?: number, requestId?: string): Promise<Record<string, unknown>>;
  handler(event: unknown, context: Context): Promise<unknown>;
  /** Another process with the same settings. */
  another(): Promise<Pick<EventFunction, 'invoke'>>;
  lines: readonly string[];
}

/** @param name Which function to open, `event` or the one of the stack's own queue. */
export async function openEventFunction(
  settings: Readonly<Record<string, unknown>>,
  name: 'event' | 'queue' = 'event',
): Promise<EventFunction> {
  const { ways, ...opened } = await openFunction(settings, async () => {
    const { handler } = await (name === 'event'
      ? import('../../../functions/event.ts')
      : import('../../../functions/queue.ts'));
    const invoke: EventFunction['invoke'] = async (event, remainingMs = 20_000, requestId = randomUUID()) => {
      const until = Date.now() + remainingMs;
      const context = {
        awsRequestId: requestId,
        getRemainingTimeInMillis: () => until - Date.now(),
      } as Context;
      // Lambda's answer is JSON.
      return JSON.parse(JSON.stringify(await handler(event, context)));
    };
    return { invoke, handler };
  });
  return { ...ways, ...opened };
}

/** As an SQS trigger hands messages over; objects become JSON. */
export function batchOf(bodies: readonly unknown[], queue = 'callbacks'): SQSEvent {
  const records = bodies.map((body) => ({
    messageId: randomUUID(),
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1763900000000',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1763900000001',
    },
    messageAttributes: {},
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-central-1:123456789012:${queue}`,
    awsRegion: 'eu-central-1',
  }));
  return { Records: records };
}

/** As a rule of EventBridge hands an event over. */
export const ruleEvent = (detail: unknown, id: string = randomUUID()) => ({
  version: '0',
  id,
  'detail-type': 'CallbackRequested',
  source: 'com.example.crm',
  account: '123456789012',
  time: '2026-11-23T12:00:00Z',
  region: 'eu-central-1',
  resources: [],
  detail,
});
