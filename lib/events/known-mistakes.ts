import { isObject } from '../shared/is-object.ts';

const EXAMPLE = '{"to": "+442079460000", "agent": "3200"}';

/** Returns the advice for a known kind of event that has no callback request. */
export function knownMistake(event: unknown): string | undefined {
  if (Array.isArray(event)) {
    return 'This is a list, as EventBridge Pipes sends it. Let the queue trigger the function without a pipe, or send one request per event';
  }
  if (!isObject(event)) return undefined;
  // Without an input, EventBridge Scheduler and scheduled rules send a default event.
  if (event['source'] === 'aws.scheduler') {
    return `The schedule has no input. Set the Input of its target to the callback request, such as ${EXAMPLE}`;
  }
  if (event['detail-type'] === 'Scheduled Event') {
    return `The rule has no input. Set the constant JSON input of its target to the callback request, such as ${EXAMPLE}`;
  }
  if (typeof event['detail'] === 'string') {
    return 'detail is text. Send the callback request in detail as a JSON object, not as quoted JSON';
  }
  // SNS puts its messages into an envelope, unless the subscription delivers them raw.
  if (event['Type'] === 'Notification' && 'TopicArn' in event) {
    return 'This is an envelope of SNS. Turn on raw message delivery for the subscription of the queue';
  }
  if (Array.isArray(event['Records'])) return mistakeIn(event['Records'][0]);
  return isObject(event['requestContext'])
    ? 'This is an HTTP request. Let the API, the function URL or the load balancer invoke the function "callback"'
    : undefined;
}

function mistakeIn(record: unknown): string {
  const source = isObject(record) ? (record['eventSource'] ?? record['EventSource']) : undefined;
  return source === 'aws:sns'
    ? 'This function does not subscribe to SNS. Subscribe an SQS queue with raw message delivery, and let the queue trigger the function'
    : 'These records are not messages of an SQS queue. Send the callback request itself, or put it into the queue';
}
