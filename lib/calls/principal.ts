/**
 * Who sends a request: a key, a link of a key, a webhook, the source of EventBridge events, an SQS queue, or whoever may
 * invoke the function. Each way in has its own prefix, so that a key named `invoke` shares no idempotency keys with
 * invocations.
 */
export type Principal = `${'keys' | 'links' | 'webhooks' | 'events' | 'sqs' | 'invoke'}/${string}`;
