import { nameOfCharacter } from '../../shared/printable.ts';
import { invalidNumber } from './number-errors.ts';
import { plainText } from './plain-text.ts';

/** A number as somebody wrote it: made of digits, "+", blanks and the separators `-`, `.`, `/`, `(` and `)`. */
export interface WrittenNumber {
  text: string;
  /** The digits alone, with "+" in front if the text has it. */
  digits: string;
}

const MAX_DIGITS = 30;

/**
 * Reads the text of one phone number, or of a link to it (`tel:`, `callto:`).
 *
 * @throws CallbackError number-invalid, which names the text that does not belong to a phone number.
 */
export function readWrittenNumber(text: string): WrittenNumber {
  const plain = plainText(withoutScheme(plainText(text)));
  refuseMoreThanNumber(plain);
  const odd = /[^0-9+ \-./()]/u.exec(plain)?.[0];
  if (odd !== undefined)
    throw invalidNumber(
      `The text holds ${nameOfCharacter(odd)}, which is not part of a phone number: ${WHAT_TO_SEND}`,
    );
  refuseDecimal(plain);
  const digits = digitsOf(plain);
  if (!/^\+?[0-9]+$/.test(digits))
    throw invalidNumber(
      digits.replaceAll('+', '') === ''
        ? `The text holds no digits: ${WHAT_TO_SEND}`
        : `The number has a "+" that is not in front of its digits, or more than one: ${WHAT_TO_SEND}`,
    );
  if (digits.length > MAX_DIGITS) throw invalidNumber('The number has too many digits: send one number');
  return { text: plain, digits };
}

export const digitsOf = (plain: string): string => plain.replace(/[^0-9+]/g, '');

const WHAT_TO_SEND =
  'send one number of digits, blanks, "-", ".", "/" and brackets, with or without "+" in front';

/** Removes `tel:` or `callto:` and the slashes after the scheme, and decodes percent-encoding. */
function withoutScheme(text: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9.-]*):(?:\/\/)?\/?(.*)$/is.exec(text) ?? [];
  if (scheme === '') return text.replace(/^%2B/i, '+');
  if (!/^(tel|callto)$/i.test(scheme))
    throw invalidNumber(
      'The text is a link of a kind that is not called: send a phone number or a "tel:" link',
    );
  try {
    return decodeURIComponent(rest);
  } catch {
    throw invalidNumber('The percent-encoding of the link is broken: send the phone number alone');
  }
}

/** Refuses text that people write next to a number, such as an extension. The digits of an extension must not be dialled. */
function refuseMoreThanNumber(plain: string): void {
  if (/;\s*phone-context\s*=/i.test(plain))
    throw invalidNumber('"phone-context" is not supported: send the whole number, with "+" and country code');
  if (/^[+-]?[0-9]+(?:[.,][0-9]+)?e[+-]?[0-9]+$/i.test(plain))
    throw invalidNumber(
      'The number is written with an exponent, and its last digits are lost: format the column of the spreadsheet as text',
    );
  if (EXTENSION.test(plain))
    throw invalidNumber(
      'The number has an extension, which is not dialled: leave the extension out, or send it as "dtmf"',
    );
  const numbers = plain.split(/[^0-9+ \-./()]+/u).filter((part) => digitsOf(part).length >= 5);
  if (numbers.length > 1) throw invalidNumber('The text holds more than one number: send one of them');
  if (/[0-9]\s*[,wp]+\s*[0-9]/i.test(plain))
    throw invalidNumber(
      'The digits after the pause or comma are not dialled: leave them out, or send them as "dtmf"',
    );
}

const EXTENSION =
  /(?:;\s*ext\s*=|(?:\bext(?:ension|n)?|(?<=[0-9)\s])x|#|доб\p{L}*|вн\p{L}*|\b(?:anexo|ramal|poste|interno|int|durchwahl|dw|nebenstelle))[.:\s]*)[0-9]+\s*$/iu;

/** A spreadsheet converts 4930901820 to 4930901820.0. Without the dot, 49309018200 is another number. */
function refuseDecimal(plain: string): void {
  const [whole = '', ...fractions] = plain.split('.');
  const isNumeral = /^[+-]?(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)$/.test(whole);
  if (fractions.length === 1 && isNumeral && /^(?:[0-9]{1,2}|0+)$/.test(fractions[0] ?? ''))
    throw invalidNumber(
      'The number is written as a decimal: leave out the dot and what follows it, or format the column of the spreadsheet as text',
    );
}
