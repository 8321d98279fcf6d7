export interface TextPosition {
  line: number;
  column: number;
}

const BLANK = /[ \t\r\n]*/y;
/** Characters except control characters, `"` and `\`, and escapes. */
const STRING = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const SCALAR = new RegExp(
  `${STRING.source}|-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null`,
  'uy',
);

/**
 * Returns the place at which a text stops being JSON (RFC 8259), counted from 1. Undefined if the text is JSON. JSON.parse
 * cannot be used: it quotes the text around most mistakes, which may be a secret, and gives no place for others.
 */
export function findJsonMistake(text: string): TextPosition | undefined {
  let at = 0;
  const take = (token: RegExp): boolean => {
    token.lastIndex = at;
    if (!token.test(text)) return false;
    at = token.lastIndex;
    return true;
  };
  const sign = (wanted: string): boolean => {
    take(BLANK);
    if (text[at] !== wanted) return false;
    at++;
    return true;
  };
  const listOf = (item: () => boolean, end: string): boolean => {
    if (sign(end)) return true;
    do if (!item()) return false;
    while (sign(','));
    return sign(end);
  };
  const member = (): boolean => take(BLANK) && take(STRING) && sign(':') && value();
  const value = (): boolean => {
    if (sign('{')) return listOf(member, '}');
    return sign('[') ? listOf(value, ']') : take(SCALAR);
  };

  if (value() && take(BLANK) && at === text.length) return undefined;
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
