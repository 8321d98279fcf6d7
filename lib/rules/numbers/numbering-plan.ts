import {
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber,
  type PhoneNumberType,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { isOrdinary } from './destinations.ts';

export interface PlannedNumber {
  number: PhoneNumber;
  type: PhoneNumberType;
}

/** Numbers up to this length may be emergency or service numbers. A valid length alone does not make them callable. */
const MAX_SHORT_DIGITS = 6;

/** Reads digits by the numbering plan of their country. The result may be a number that no plan knows. */
export function parseNumber(digits: string, country: string | undefined): PhoneNumber | undefined {
  if (country === undefined) return parsePhoneNumberFromString(digits, { extract: false });
  if (!isSupportedCountry(country)) return undefined;
  return parsePhoneNumberFromString(digits, { defaultCountry: country, extract: false });
}

/** Returns the number if a numbering plan knows it, or if it is under a prefix of `alsoValid` and has a valid length. */
export function findNumber(
  digits: string,
  { country, alsoValid = [] }: { country?: string | undefined; alsoValid?: readonly string[] | undefined },
): PlannedNumber | undefined {
  const number = parseNumber(digits, country);
  if (number === undefined) return undefined;
  // A number that has a type is a valid one: finding the type is how the library validates.
  const type = number.getType();
  if (type !== undefined) return { number, type };
  const isListed = alsoValid.some((prefix) => number.number.startsWith(prefix));
  return isListed && hasValidLength(number) ? { number, type: typeOfNeighbours(number) } : undefined;
}

export const hasValidLength = (number: PhoneNumber): boolean =>
  number.isPossible() && number.nationalNumber.length > MAX_SHORT_DIGITS;

const DIGITS = [...'0123456789'];

/**
 * Returns the type of the known numbers that share the most leading digits with an unknown number. A premium type comes first,
 * so that `alsoValid` never allows a premium range.
 */
function typeOfNeighbours({ number: e164, countryCallingCode }: PhoneNumber): PhoneNumberType {
  for (let kept = e164.length - 1; kept > countryCallingCode.length; kept--) {
    const rest = e164.slice(kept + 1);
    // Puts each digit after the kept digits, and tries two endings, as a range may lack one of them: the rest of the number,
    // and the same digit up to the full length.
    const types = DIGITS.flatMap((digit) =>
      [digit + rest, digit.repeat(rest.length + 1)].flatMap(
        (end) => parsePhoneNumberFromString(e164.slice(0, kept) + end)?.getType() ?? [],
      ),
    );
    const type = types.find((each) => !isOrdinary(each)) ?? types[0];
    if (type !== undefined) return type;
  }
  return 'FIXED_LINE_OR_MOBILE';
}

/** Whether the number belongs to the calling code of the country, so that it is dialled there without that code. */
export const isDomestic = (number: PhoneNumber, country: string | undefined): boolean =>
  country !== undefined &&
  isSupportedCountry(country) &&
  number.countryCallingCode === getCountryCallingCode(country);
