import { invalidNumber } from './number-errors.ts';

/** Longer text is not a phone number, even with many invisible characters. */
const MAX_LENGTH = 128;

/**
 * Invisible characters: soft hyphens, zero-width characters, directional marks. Address books and messengers add them to
 * numbers. U+202E is missing here, because a reader sees the digits after U+202E in the opposite order.
 */
const INVISIBLE =
  /[\ufe00-\ufe0f]|\u034f|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202d\u2060\u2066-\u2069\ufeff]/;

/** All spellings of the characters that a written number consists of, besides digits. */
const SPELLINGS: ReadonlyArray<readonly [RegExp, string]> = [
  [/[+\uff0b\ufe62]/, '+'],
  [/[\t\p{Zs}]/u, ' '],
  // Hyphens, en and em dashes, the minus sign, and the dashes of Hebrew and Japanese keyboards.
  [/[-\u2010-\u2015\u2212\u05be\u30fc\ufe58\ufe63\uff0d]/, '-'],
  [/[.\uff0e\ufe52\u00b7]/, '.'],
  [/[/\uff0f]/, '/'],
  [/[([\uff08\uff3b]/, '('],
  [/[)\]\uff09\uff3d]/, ')'],
];

/**
 * Returns the text as a reader sees it, with one spelling for each digit and separator. Characters that do not belong to
 * a number stay.
 *
 * @throws CallbackError number-invalid for text that is too long or mixes digits of two scripts.
 */
export function plainText(text: string): string {
  if (text.length > MAX_LENGTH)
    throw invalidNumber('The text is too long for a phone number: send one number');
  const scripts = new Set<number>();
  let plain = '';
  for (const character of text) {
    if (INVISIBLE.test(character)) continue;
    const digit = digitOf(character);
    if (digit !== undefined) scripts.add(digit.zero);
    plain += digit?.value ?? SPELLINGS.find(([spellings]) => spellings.test(character))?.[1] ?? character;
  }
  // A Bengali 4 looks like an 8, so people misread it among digits of another script.
  if (scripts.size > 1)
    throw invalidNumber('The number mixes digits of two scripts: write all of its digits in one script');
  return plain.trim();
}

const isDigit = (codePoint: number): boolean => /^\p{Nd}$/u.test(String.fromCodePoint(codePoint));

/** The value of a decimal digit of any script, and the zero of that script. Full-width digits count as ASCII. */
function digitOf(character: string): { value: number; zero: number } | undefined {
  const codePoint = character.codePointAt(0) ?? 0;
  if (!isDigit(codePoint)) return undefined;
  const compatible = character.normalize('NFKC');
  if (/^[0-9]$/.test(compatible)) return { value: Number(compatible), zero: 0x30 };
  // Unicode keeps the ten digits of a script together, in their order.
  let zero = codePoint;
  while (isDigit(zero - 1)) zero -= 1;
  return { value: (codePoint - zero) % 10, zero };
}
