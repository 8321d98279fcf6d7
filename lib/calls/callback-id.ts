import { randomUUID } from 'node:crypto';

const PREFIX = 'cb_';

/** Whether a string has the form of a callback id. No other string from outside reaches Asterisk as a channel. */
export const isCallbackId = (id: string): boolean => /^cb_[0-9a-f]{32}$/.test(id);

/** Returns a new id that sorts by time: a UUID version 7 (RFC 9562) without dashes. */
export function newCallbackId(now: number = Date.now()): string {
  // Node generates random UUIDs in advance, so that one is cheaper than random bytes. Its variant bits fit version 7.
  const random = randomUUID().replaceAll('-', '').slice(13);
  return `${PREFIX}${now.toString(16).padStart(12, '0')}7${random}`;
}

/** Returns the ChannelId and ActionID of an attempt: those of the first one are the callback's id. */
export const channelIdOf = (id: string, attempt: number): string => (attempt === 1 ? id : `${id}-${attempt}`);

/** Returns the callback's id of a ChannelId. */
export const callbackIdOf = (channelId: string): string => channelId.replace(/-[2-9]$/, '');

/** How long a voided id stays voided. No process holds an id for longer. */
export const VOID_MS = 2 * 86_400_000;
