const has = (value: unknown, name: string): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name);

/** What EventBridge wraps a request in. */
interface RuleEvent {
  detail: unknown;
  /** Who put the event there, and its id: for every delivery of it the same. */
  source?: unknown;
  id?: unknown;
}

/** What a rule of EventBridge hands over: the request is its `detail`. No request has a field of that name. */
const isFromRule = (event: unknown): event is RuleEvent =>
  has(event, 'detail') && typeof event['detail'] === 'object';

/** One message of a queue. */
export interface QueueRecord {
  messageId: string;
  body?: unknown;
  eventSourceARN?: unknown;
}

/** A batch of a queue's messages: each body is a request. */
export const isFromQueue = (event: unknown): event is { Records: QueueRecord[] } =>
  has(event, 'Records') &&
  Array.isArray(event['Records']) &&
  event['Records'].every((record) => has(record, 'messageId') && typeof record['messageId'] === 'string');

/** The callback request: the event itself, or what a rule has wrapped up, be it on its way through a queue. */
export const requestIn = (event: unknown): unknown => (isFromRule(event) ? event.detail : event);

export interface Idempotency {
  principal: string;
  key: string;
}

/** What every delivery of a rule's event has in common, whichever way it came. */
export const idempotencyOf = (event: unknown): Idempotency | undefined =>
  isFromRule(event) && typeof event.id === 'string'
    ? { principal: `events/${String(event.source)}`, key: event.id }
    : undefined;
