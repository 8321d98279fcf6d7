import { isObject } from '../shared/is-object.ts';

type Check = (event: Readonly<Record<string, unknown>>) => string | undefined;

const EXAMPLE = '{"to": "+442079460000", "agent": "3200"}';

/** Without an input, EventBridge Scheduler and scheduled rules send a default event. */
const scheduled: Check = (event) => {
  if (event['source'] === 'aws.scheduler') {
    return `The schedule has no input. Set the Input of its target to the callback request, such as ${EXAMPLE}`;
  }
  return event['detail-type'] === 'Scheduled Event'
    ? `The rule has no input. Set the constant JSON input of its target to the callback request, such as ${EXAMPLE}`
    : undefined;
};

const detailAsText: Check = ({ detail }) =>
  typeof detail === 'string'
    ? 'detail is text. Send the callback request in detail as a JSON object, not as quoted JSON'
    : undefined;

/** SNS puts its messages into an envelope, unless the subscription delivers them raw. */
const snsInQueue: Check = (event) =>
  event['Type'] === 'Notification' && 'TopicArn' in event
    ? 'This is an envelope of SNS. Turn on raw message delivery for the subscription of the queue'
    : undefined;

const records: Check = ({ Records }) => {
  if (!Array.isArray(Records)) return undefined;
  const [first] = Records;
  const source = isObject(first) ? (first['eventSource'] ?? first['EventSource']) : undefined;
  return source === 'aws:sns'
    ? 'This function does not subscribe to SNS. Subscribe an SQS queue with raw message delivery, and let the queue trigger the function'
    : 'These records are not messages of an SQS queue. Send the callback request itself, or put it into the queue';
};

const httpRequest: Check = ({ requestContext }) =>
  isObject(requestContext)
    ? 'This is an HTTP request. Let the API, the function URL or the load balancer invoke the function callback'
    : undefined;

const CHECKS = [scheduled, detailAsText, snsInQueue, records, httpRequest];

/** Returns the advice for a known kind of event that has no callback request. */
export function knownMistake(event: unknown): string | undefined {
  if (Array.isArray(event)) {
    return 'This is a list, as EventBridge Pipes sends it. Let the queue trigger the function without a pipe, or send one request per event';
  }
  if (!isObject(event)) return undefined;
  for (const check of CHECKS) {
    const advice = check(event);
    if (advice !== undefined) return advice;
  }
  return undefined;
}
