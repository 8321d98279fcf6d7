import { IDEMPOTENCY_KEY_RULE, type Idempotency, isIdempotencyKey } from '../calls/repeats/request-keys.ts';
import { invalidRequest } from '../calls/request-schema.ts';
import { CallbackError } from '../problems/callback-error.ts';
import { isObject } from '../shared/is-object.ts';
import { knownMistake } from './known-mistakes.ts';

/** An event of EventBridge. */
interface RuleEvent {
  detail: unknown;
  source?: unknown;
  /** Every delivery of the event has this id. */
  id?: unknown;
}

/** Returns whether an event has the form of an EventBridge event. Its `detail` is the request. No request has this field. */
const isFromRule = (event: unknown): event is RuleEvent =>
  isObject(event) && typeof event['detail'] === 'object';

/**
 * Returns whether a retryable problem is thrown, so that AWS repeats the event or sends it to the failure destination.
 * The problem of an event from a rule, which has an `id`, is always thrown, because nobody reads the result. For any other
 * event, `onProblem` decides, because an invoker that waits expects a problem object.
 */
export const throwsProblems = (event: unknown): boolean =>
  isFromRule(event) ? typeof event.id === 'string' : isObject(event) && event['onProblem'] === 'throw';

/** One message of an SQS queue. */
export interface QueueRecord {
  messageId: string;
  body?: unknown;
  eventSourceARN?: unknown;
  attributes?: { ApproximateReceiveCount?: unknown };
}

/** Returns whether an event is a batch of an SQS queue. Each body is a request. */
export const isFromQueue = (event: unknown): event is { Records: QueueRecord[] } =>
  isObject(event) &&
  Array.isArray(event['Records']) &&
  event['Records'].every((record) => isObject(record) && typeof record['messageId'] === 'string');

/**
 * Returns the callback request in an event, and the idempotency key of all its deliveries: its `idempotencyKey`, or the id of
 * the EventBridge event, or the id of the delivery. The request is the `detail` of an EventBridge event, even if that event came
 * inside a queue's message. Any other event is itself the request.
 *
 * @throws CallbackError request-invalid, also for a known kind of event without a request.
 */
export function readRequestIn(
  event: unknown,
  delivery: Idempotency,
): { input: unknown; idempotency: Idempotency } {
  const advice = knownMistake(event);
  if (advice !== undefined) {
    throw new CallbackError('request-invalid', advice, { errors: [{ field: '', message: advice }] });
  }
  const asked = isFromRule(event) ? event.detail : event;
  const idempotency =
    isFromRule(event) && typeof event.id === 'string'
      ? { principal: `events/${String(event.source)}` as const, key: event.id }
      : delivery;
  if (!isObject(asked)) return { input: asked, idempotency };
  const { onProblem, idempotencyKey, ...input } = asked;
  if (onProblem !== undefined && onProblem !== 'throw' && onProblem !== 'return') {
    throw invalidRequest([{ field: 'onProblem', message: 'must be "throw" or "return"' }]);
  }
  if (idempotencyKey === undefined) return { input, idempotency };
  if (typeof idempotencyKey !== 'string' || !isIdempotencyKey(idempotencyKey)) {
    throw invalidRequest([{ field: 'idempotencyKey', message: IDEMPOTENCY_KEY_RULE }]);
  }
  // Ids of deliveries have no blank, so this key differs from all of them.
  return { input, idempotency: { ...idempotency, key: `idempotencyKey ${idempotencyKey}` } };
}
