/** Places the callbacks that the messages of the stack's SQS queue request. */
export { receiveMessage as handler } from '../lib/events/receive-event.ts';
