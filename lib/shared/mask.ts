/** Hides every digit of a phone number but the last two. Everything else stays. */
export function mask(number: string): string {
  let hidden = (number.match(/\p{Nd}/gu)?.length ?? 0) - 2;
  return number.replace(/\p{Nd}/gu, (digit) => (hidden-- > 0 ? '*' : digit));
}

/** Digits in a row that are not a phone number, each as a pattern. Strict, because what matches stays readable. */
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

/** What people, browsers and word processors write between the digits of a number; percent-encoded too. */
const SEPARATOR = String.raw`[\p{Zs}\t\p{Cf}()./+'’·\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]|%[0-9A-Fa-f]{2}`;
/** Seven digits and more. Extensions have fewer. */
const NUMBER = String.raw`(?:\p{Nd}(?:${SEPARATOR}){0,5}){6,}\p{Nd}`;

/** The name of a channel may hold a number. Asterisk adds eight hexadecimal digits of its own. */
const CHANNEL = String.raw`(?<channel>\b[A-Z][A-Za-z0-9]*\/[^\s/;]{1,80})(?<suffix>-[0-9a-f]{8}\b)`;

const DIGITS = new RegExp(`${CHANNEL}|${NOT_NUMBERS.join('|')}|(?<number>${NUMBER})`, 'gu');

/** Nobody reads longer messages, and the time and the stack that the pattern needs grow with the text. */
const MAX_TEXT = 16 * 1024;

/**
 * Masks every phone number in a text, in the ways people write them, and cuts a long text. Extensions, ids, dates,
 * addresses and amounts stay readable.
 */
export const maskNumbers = (text: string): string =>
  text.slice(0, MAX_TEXT).replace(DIGITS, (...found) => {
    const [match] = found;
    const { channel, suffix, number } = found.at(-1);
    if (channel !== undefined) return `${maskNumbers(channel)}${suffix}`;
    return number === undefined ? match : mask(number);
  });
