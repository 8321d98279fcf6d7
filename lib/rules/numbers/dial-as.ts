import type { PhoneNumber } from 'libphonenumber-js/max';
import { CallbackError } from '../../problems/callback-error.ts';
import { fill } from '../template.ts';
import { destinationNotAllowed } from './number-errors.ts';
import { isDomestic, parseNumber } from './numbering-plan.ts';

declare const dialable: unique symbol;
/** A number that Asterisk may dial: digits, `+`, `*` and `#`. Only the rules create one. */
export type DialableNumber = string & { readonly [dialable]: true };

/** The PBX could take a shorter number for a short code (Luxembourg has numbers of four digits). */
const MIN_DIGITS = 5;

/**
 * Writes a number as the route's PBX dials it.
 *
 * @throws CallbackError destination-not-allowed, route-invalid.
 */
export function asDialled(
  number: PhoneNumber,
  { dialAs, country }: { dialAs: string; country?: string | undefined },
): DialableNumber {
  // A foreign number without its country code would be another number here, which `allow` has not checked.
  if (/\{(?:national|domestic)\}/.test(dialAs) && !isDomestic(number, country))
    throw destinationNotAllowed(
      'This route dials numbers of its own country code only: its "dialAs" leaves the country code out',
    );
  const dialled = fill(dialAs, {
    e164: number.number,
    digits: number.number.slice(1),
    national: number.nationalNumber,
    ...(dialAs.includes('{domestic}') && { domestic: domesticForm(number, country) }),
  });
  if (!/^[0-9+*#]{1,40}$/.test(dialled))
    throw new CallbackError(
      'route-invalid',
      'The "dialAs" of this route makes more than digits, "+", "*" and "#"',
    );
  if (dialled.replace(/[^0-9]/g, '').length < MIN_DIGITS)
    throw destinationNotAllowed('The number is so short that the PBX could take it for an emergency number');
  return dialled as DialableNumber;
}

/** The number as it is dialled inside its country, such as 0351152303473 for +5493512303473 in Argentina. */
function domesticForm(number: PhoneNumber, country: string | undefined): string {
  const digits = number.formatNational().replace(/[^0-9]/g, '');
  if (parseNumber(digits, country)?.number === number.number) return digits;
  throw destinationNotAllowed('The form in which this number is dialled inside its country is not known');
}
