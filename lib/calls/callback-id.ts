import { randomUUID } from 'node:crypto';

const PREFIX = 'cb_';

/** Whether a string has the form of a callback id. Check it, because Asterisk receives the id as the name of a channel. */
export const isCallbackId = (id: string): boolean => /^cb_[0-9a-f]{32}$/.test(id);

/** Returns a new id that sorts by time: a UUID version 7 (RFC 9562) without dashes. */
export function newCallbackId(now: number = Date.now()): string {
  // A random UUID is cheaper than random bytes, because Node generates UUIDs in advance. Its variant bits fit version 7.
  const random = randomUUID().replaceAll('-', '').slice(13);
  return `${PREFIX}${now.toString(16).padStart(12, '0')}7${random}`;
}

/** How long a voided id cannot be stored. No process keeps an unstored id for longer. */
export const VOID_MS = 2 * 86_400_000;
