/** A line of a call file: `keyword: value`. */
export interface Line {
  number: number;
  keyword: string;
  value: string;
}

/** Asterisk skips longer lines. In characters. */
const MAX_LINE = 2047;

/** Returns the lines that Asterisk reads, without comments. */
export function splitLines(text: string): Line[] {
  return text.split('\n').flatMap((raw, index) => {
    const content = withoutComment(raw).trimEnd();
    const colon = content.indexOf(':');
    if (colon < 0 || raw.length > MAX_LINE) return [];
    return [
      { number: index + 1, keyword: content.slice(0, colon), value: content.slice(colon + 1).trimStart() },
    ];
  });
}

/** Removes a comment. `#` begins a comment at the start of a line and after a blank, and `;` everywhere. `\\;` is a semicolon. */
const withoutComment = (line: string): string =>
  line
    .replace(/(^|[ \t])#.*$/, '$1')
    .replace(/(?<!\\);.*$/, '')
    .replaceAll('\\;', ';');

/** Reads `"Name" <number>`, a name or a number. Removes blanks, brackets, dots and dashes from a number, as Asterisk does. */
export function callerIdIn(text: string): { name: string | undefined; number: string | undefined } {
  const [, before = text, bracketed] = /^(.*?)<([^>]*)>\s*$/.exec(text) ?? [];
  const shrunk = (number: string): string => number.replace(/[ ().-]/g, '');
  const name = before.replaceAll('"', '').trim();
  if (bracketed === undefined && /^\+?[0-9]+$/.test(shrunk(name)))
    return { name: undefined, number: shrunk(name) };
  return { name: name || undefined, number: bracketed === undefined ? undefined : shrunk(bracketed) };
}
