/**
 * The owner of idempotency keys. Mostly the sender of a request: a key, a link of a key, a webhook, the source of EventBridge
 * events, an SQS queue, or an invocation of the function. A line owns the keys of its open numbers. Each kind has its own prefix,
 * so that a key named `invoke` shares no idempotency keys with invocations.
 */
export type Principal = `${'keys' | 'links' | 'webhooks' | 'events' | 'sqs' | 'invoke' | 'lines'}/${string}`;
