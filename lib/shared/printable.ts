/**
 * Returns a name that came with a request, such as that of a field or a route, so that a message can quote it. Returns `?` for
 * text that could be a key or a phone number.
 */
export const printable = (name: string): string =>
  name.length <= 32 && /^[A-Za-z_][\w-]*$/.test(name) && (name.match(/\d/g) ?? []).length <= 3 ? name : '?';

/** Returns the code point of a character such as `U+202E`. A visible character comes before it, in quotes. */
export function nameOfCharacter(character: string): string {
  const codePoint = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `${/^[\p{L}\p{P}\p{S}]$/u.test(character) ? `"${character}" ` : ''}U+${codePoint}`;
}
