import { randomUUID } from 'node:crypto';

const PREFIX = 'cb_';

/** Whether a string could be an id of ours; nothing else ever reaches Asterisk as a channel's name. */
export const isCallbackId = (id: string): boolean => /^cb_[0-9a-f]{32}$/.test(id);

/** A fresh id that sorts by time: UUID version 7 (RFC 9562) without its dashes. */
export function newCallbackId(now: number = Date.now()): string {
  // A random UUID costs a quarter of random bytes, as Node draws them in advance; its variant bits are ours too.
  const random = randomUUID().replaceAll('-', '').slice(13);
  return `${PREFIX}${now.toString(16).padStart(12, '0')}7${random}`;
}

/** Returns the ChannelId and ActionID of an attempt: those of the first one are the callback's id. */
export const channelIdOf = (id: string, attempt: number): string => (attempt === 1 ? id : `${id}-${attempt}`);

/** Returns the callback's id of a ChannelId. */
export const callbackIdOf = (channelId: string): string => channelId.replace(/-[2-9]$/, '');
