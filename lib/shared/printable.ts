/**
 * Returns the name of a field or a route from outside for a message. Text that could be a key or a phone number, sent there
 * by mistake, is not returned.
 */
export const printable = (name: string): string =>
  name.length <= 32 && /^[A-Za-z_][\w-]*$/.test(name) && digitsIn(name) <= 3 ? name : '?';

const digitsIn = (text: string): number => text.match(/\d/g)?.length ?? 0;
