/** Returns the ChannelId and ActionID of an attempt. The first attempt has the id of the callback. */
export const channelIdOf = (id: string, attempt: number): string => (attempt === 1 ? id : `${id}-${attempt}`);

/** Returns the id of the callback to which a ChannelId belongs. */
export const callbackIdOf = (channelId: string): string => channelId.replace(/-[2-9]$/, '');
