/**
 * The name of a field or a route that came from outside, fit for a message: as it is, or not at all, as keys and phone
 * numbers get put there by mistake.
 */
export const printable = (name: string): string =>
  name.length <= 32 && /^[A-Za-z_][\w-]*$/.test(name) && digitsIn(name) <= 3 ? name : '?';

const digitsIn = (text: string): number => text.match(/\d/g)?.length ?? 0;
