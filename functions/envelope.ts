import type { EventBridgeEvent, SQSEvent } from 'aws-lambda';

const has = (value: unknown, ...names: readonly string[]): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && names.every((name) => Object.hasOwn(value, name));

/** What a rule of EventBridge hands over: the request is its `detail`. */
export const isFromRule = (event: unknown): event is EventBridgeEvent<string, unknown> =>
  has(event, 'detail', 'detail-type', 'source', 'id');

/** A batch of a queue's messages: each body is a request. */
export const isFromQueue = (event: unknown): event is SQSEvent =>
  has(event, 'Records') &&
  Array.isArray(event['Records']) &&
  event['Records'].every((record) => has(record, 'messageId', 'body') && record['eventSource'] === 'aws:sqs');

/** The callback request: the event itself, or what a rule has wrapped up, be it on its way through a queue. */
export const requestIn = (event: unknown): unknown => (isFromRule(event) ? event.detail : event);
