import { CallbackError } from '../calls/callback-error.ts';
import type { Idempotency } from '../calls/idempotency.ts';
import { isObject } from '../shared/is-object.ts';
import { knownMistake } from './known-mistakes.ts';

/** What EventBridge wraps a request in. */
interface RuleEvent {
  detail: unknown;
  source?: unknown;
  /** The same for every delivery of the event. */
  id?: unknown;
}

/** An event of an EventBridge rule. Its `detail` is the request. No request has a field of that name. */
const isFromRule = (event: unknown): event is RuleEvent =>
  isObject(event) && typeof event['detail'] === 'object';

/** One message of an SQS queue. */
export interface QueueRecord {
  messageId: string;
  body?: unknown;
  eventSourceARN?: unknown;
}

/** A batch of an SQS queue. Each body is a request. */
export const isFromQueue = (event: unknown): event is { Records: QueueRecord[] } =>
  isObject(event) &&
  Array.isArray(event['Records']) &&
  event['Records'].every((record) => isObject(record) && typeof record['messageId'] === 'string');

/**
 * Returns the callback request in an event: the event itself, or the `detail` of an EventBridge event, also of one that
 * came through a queue.
 *
 * @throws CallbackError request-invalid for a known event that holds no request.
 */
export function requestIn(event: unknown): unknown {
  const advice = knownMistake(event);
  if (advice !== undefined) {
    throw new CallbackError('request-invalid', advice, { errors: [{ field: '', message: advice }] });
  }
  return isFromRule(event) ? event.detail : event;
}

/** Returns what all deliveries of an EventBridge event have in common. */
export const idempotencyOf = (event: unknown): Idempotency | undefined =>
  isFromRule(event) && typeof event.id === 'string'
    ? { principal: `events/${String(event.source)}`, key: event.id }
    : undefined;
