/** Replaces every digit of a phone number except the last two by `*`. Other characters stay. */
export function mask(number: string): string {
  let hidden = (number.match(/\p{Nd}/gu)?.length ?? 0) - 2;
  return number.replace(/\p{Nd}/gu, (digit) => (hidden-- > 0 ? '*' : digit));
}

/** Returns `…` and the last two digits. With `mask`, `123` would look like a feature code: `*23`. */
export const lastDigits = (number: string): string => mask(number).replace(/^.*\*/, '…');

/** Patterns of digits that are not a phone number. They are strict, because matching text is not masked. */
const NOT_NUMBERS = [
  // UUIDs, ids of callbacks, trace ids, hashes
  String.raw`\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`,
  String.raw`\bcb_[0-9a-f]{32}\b`,
  String.raw`\b(?=[0-9]*[a-f])[0-9a-f]{16,}\b`,
  // Dates, with or without a time
  String.raw`(?<![\d+][-./ ]?)(?:19|20)\d\d(?<ymd>[-./])(?:0?[1-9]|1[0-2])\k<ymd>(?:0?[1-9]|[12]\d|3[01])(?:[T ]\d{1,2}:[\d:.]+\d)?(?![-./]?\d)`,
  String.raw`(?<![\d+][-./ ]?)(?:0?[1-9]|[12]\d|3[01])(?<dmy>[-./])(?:0?[1-9]|1[0-2])\k<dmy>(?:19|20)\d\d(?![-./ ]?\d)`,
  // IPv4 addresses
  String.raw`(?<![\d+][-./ ]?)(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\/\d{1,2})?(?![-./]?\d)`,
  // Amounts with a unit
  String.raw`(?<![\d+][-./ ]?)\b\d{1,8}(?:\.\d{1,3})? ?(?:ms|s|seconds|bytes|[KMG]i?B)\b`,
  // Places in a stack trace, ARNs
  String.raw`\.[cm]?[jt]s:\d+:\d+`,
  String.raw`\barn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:\d{12}:`,
];

/** The characters that people, browsers and word processors write between the digits of a number, also percent-encoded. */
const SEPARATOR = String.raw`[\p{Zs}\t\p{Cf}()./+'’·\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]|%[0-9A-Fa-f]{2}`;
/** Seven digits and more. Most extensions have fewer. */
const NUMBER = String.raw`(?:\p{Nd}(?:${SEPARATOR}){0,5}){6,}\p{Nd}`;

/** The name of a channel may contain a number. Asterisk adds eight hexadecimal digits to it. */
const CHANNEL = String.raw`(?<channel>\b[A-Z][A-Za-z0-9]*\/[^\s/;]{1,80})(?<suffix>-[0-9a-f]{8}\b)`;

const DIGITS = new RegExp(`${CHANNEL}|${NOT_NUMBERS.join('|')}|(?<number>${NUMBER})`, 'gu');

/** Longer text is cut, because the pattern needs time and stack in proportion to the text. */
const MAX_TEXT = 16 * 1024;

/**
 * Masks every phone number in a text, in all usual spellings, and cuts a long text. Extensions of up to six digits, ids, dates, addresses and
 * amounts are not masked.
 */
export const maskNumbers = (text: string): string =>
  text.slice(0, MAX_TEXT).replace(DIGITS, (...found) => {
    const [match] = found;
    const { channel, suffix, number } = found.at(-1);
    if (channel !== undefined) return `${maskNumbers(channel)}${suffix}`;
    return number === undefined ? match : mask(number);
  });
