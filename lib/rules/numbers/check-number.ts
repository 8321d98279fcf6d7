import { isSupportedCountry } from 'libphonenumber-js/max';
import { CallbackError } from '../../problems/callback-error.ts';
import type { RouteSettings } from '../../settings/settings.ts';
import { lastDigits, mask } from '../../shared/mask.ts';
import { matchesWhole } from '../pattern.ts';
import { checkDestination } from './destinations.ts';
import { asDialled, type DialableNumber } from './dial-as.ts';
import { destinationNotAllowed, invalidNumber } from './number-errors.ts';
import { findNumber, hasValidLength, isDomestic, parseNumber } from './numbering-plan.ts';
import { refuseTwoNumbers } from './refuse-two-numbers.ts';
import { readWrittenNumber } from './written-number.ts';

export interface Dialled {
  to: DialableNumber;
  /** Absent for internal numbers. */
  e164?: string;
}

type NumberRules = RouteSettings['to'];

/** The form of an internal number. A longer number is not internal, even if `extensions` matches it. */
export const EXTENSION = /^[0-9]{1,8}$/;
/** Digits up to this length may be an emergency or service number that the numbering plan does not know. */
const SHORT = /^[0-9]{1,6}$/;

/**
 * Returns the number to dial for a text. Removes trunk prefixes, `(0)`, carrier codes and international prefixes, and then
 * checks `allow` and `deny`.
 *
 * @throws CallbackError number-invalid, destination-not-allowed, route-invalid.
 */
export function dialledNumber(text: string, rules: NumberRules): Dialled {
  if (rules.extensions !== undefined && EXTENSION.test(text) && matchesWhole(rules.extensions, text))
    return { to: text as DialableNumber };
  if (rules.country !== undefined && !isSupportedCountry(rules.country))
    throw new CallbackError('route-invalid', 'The route has an unknown "country"', {
      hint: 'Write an ISO 3166 code such as "GB" into "to.country" of the route',
    });
  const written = readWrittenNumber(text);
  const find = (digits: string) => findNumber(digits, rules);
  refuseTwoNumbers(written, rules.country, find);
  const found = find(written.digits);
  if (found === undefined) throw unknownNumber(written.digits, rules.country);
  checkDestination(found.number, found.type, rules);
  return { to: asDialled(found.number, rules), e164: found.number.number };
}

function unknownNumber(digits: string, country: string | undefined): CallbackError {
  if (SHORT.test(digits))
    return destinationNotAllowed(
      `${lastDigits(digits)} is a short number (internal, service or emergency), and the "extensions" of the route do not include it`,
    );
  if (country === undefined && !digits.startsWith('+'))
    return invalidNumber(
      `${mask(digits)} has no country code. Write the number with "+", or give the route a "country"`,
    );
  const number = parseNumber(digits, country);
  const isForeign = digits.startsWith('+') || (number && !isDomestic(number, country));
  const where = country === undefined || isForeign ? '' : ` for ${country}`;
  const lag =
    number && hasValidLength(number)
      ? ' If the number is in service, its range may be newer than the numbering tables of this software: the owner of the route can list the prefix in "to.alsoValid".'
      : '';
  return invalidNumber(`${mask(digits)} is not a valid phone number${where}: check its digits.${lag}`);
}
