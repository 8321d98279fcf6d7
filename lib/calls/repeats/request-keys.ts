import { createHash } from 'node:crypto';
import { isObject } from '../../shared/is-object.ts';
import { idempotencyKeyName } from '../../store/idempotency-keys.ts';

/**
 * The owner of idempotency keys: a bearer key, the links of a key, a webhook, the source of EventBridge events, an SQS queue,
 * invocations of the function, or a line. A line owns the keys of its open numbers. Two owners never share a key.
 */
export type Principal = `${'keys' | 'links' | 'webhooks' | 'events' | 'sqs' | 'invoke' | 'lines'}/${string}`;

/** How repeats of a request are recognised. */
export interface Idempotency {
  /** The sender of the key. Equal keys of two senders are different keys. */
  principal: Principal;
  key: string;
  /** How long the key belongs to the request, even if the callback is over sooner. @default 86400: 24 hours */
  seconds?: number | undefined;
  /**
   * Names the event, for a sender that uses one key for several events, such as all clicks on one lead. A delivery of another
   * event with this key is a repeat only until the callback of the key is over.
   */
  delivery?: string | undefined;
}

export const isIdempotencyKey = (text: string): boolean => /^[\x21-\x7e]{1,255}$/.test(text);
export const IDEMPOTENCY_KEY_RULE = 'must be 1 to 255 visible ASCII characters, without blanks';

const KEPT_SECONDS = 24 * 3600;
/**
 * For requests that come without an idempotency key: how long an equal request counts as a repeat. Browsers and people send
 * again within seconds.
 */
export const SAME_REQUEST_SECONDS = 15;

export interface NamedKey {
  name: string;
  windowMs: number;
}

/** Returns the keys that a request must take, in this order. */
export function keysOf({ principal, key, seconds = KEPT_SECONDS, delivery }: Idempotency): NamedKey[] {
  if (delivery === undefined) return [{ name: idempotencyKeyName(principal, key), windowMs: seconds * 1000 }];
  return [
    {
      name: idempotencyKeyName(`${principal} delivery`, JSON.stringify([key, delivery])),
      windowMs: seconds * 1000,
    },
    { name: idempotencyKeyName(principal, key), windowMs: 0 },
  ];
}

/** Returns a digest that is equal for equal requests. The order of fields does not matter. */
export function fingerprintOf(request: unknown): string {
  const sorted = (_: string, value: unknown): unknown =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
  return createHash('sha256').update(JSON.stringify(request, sorted)).digest('base64url');
}
