import { isObject } from '../../shared/is-object.ts';
import { fieldsOf, textOf } from './event-fields.ts';

/** An event that is not an HTTP request. */
export interface OtherEvent {
  /** The name for the log. */
  name: string;
  /** What the owner can do. Undefined for a ping. */
  hint?: string;
}

const USE_EVENT_FUNCTION = 'Let the trigger invoke the function "event" instead';

const LATTICE = {
  name: 'VPC Lattice request',
  hint: 'Put an HTTP API, a REST API, a function URL or an Application Load Balancer in front of the function',
};

/** Describes an event that is not an HTTP request: a warm-up ping, or an event of a trigger for another function. */
export function describeOther(event: unknown): OtherEvent {
  if (!isObject(event)) return { name: 'ping' };
  if (Array.isArray(event['Records'])) {
    return { name: nameOfRecords(event['Records'][0]), hint: USE_EVENT_FUNCTION };
  }
  if ('detail-type' in event) return { name: 'EventBridge event', hint: USE_EVENT_FUNCTION };
  if ('to' in event) return { name: 'callback request', hint: USE_EVENT_FUNCTION };
  if ('raw_path' in event) return LATTICE;
  const context = event['requestContext'];
  if (!isObject(context)) return { name: 'ping' };
  if ('serviceNetworkArn' in context) return LATTICE;
  if ('connectionId' in context) {
    return { name: 'WebSocket message', hint: 'Use an HTTP API: WebSocket APIs are not supported' };
  }
  return { name: 'ping' };
}

function nameOfRecords(record: unknown): string {
  const { eventSource, EventSource } = fieldsOf(record);
  const source = textOf(eventSource ?? EventSource);
  return /^aws:[a-z0-9]{1,32}$/.test(source) ? `records of ${source}` : 'records';
}
