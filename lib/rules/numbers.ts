import {
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber,
  type PhoneNumberType,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { CallbackError } from '../calls/callback-error.ts';
import type { RouteSettings } from '../settings/settings.ts';
import { mask } from '../shared/mask.ts';
import { checkDestination } from './destinations.ts';
import { matchesWhole } from './pattern.ts';
import { fill } from './template.ts';

declare const dialable: unique symbol;
/** What Asterisk may be told to dial: digits, `+`, `*` and `#`. Only the rules here make one. */
export type DialableNumber = string & { readonly [dialable]: true };

export interface Dialled {
  to: DialableNumber;
  /** Absent for internal numbers. */
  e164?: string;
}

type NumberRules = RouteSettings['to'];

/** What people put between digits, no-break spaces and typographic hyphens that get copied along included. */
const SEPARATORS = /[ ()./\u00a0\u202f\u2010-\u2013-]/g;
/** However wide `extensions` is written, what is longer is no internal number and goes through the numbering plan. */
const EXTENSION = /^[0-9]{1,8}$/;
/** Up to here it may be an emergency or service number that the plan does not know. */
const SHORT = /^[0-9]{1,6}$/;
/** What is shorter would be a short code to the PBX, whatever the plan calls it (Luxembourg has four-digit numbers). */
const LEAST_DIGITS = 5;

/**
 * The number to be dialled for what somebody wrote. Nothing of the text itself goes on to Asterisk, but digits that
 * were found valid: a trunk prefix, `(0)`, a carrier code or the way out of the country is gone before any rule looks.
 *
 * @throws CallbackError number-invalid, destination-not-allowed, route-invalid.
 */
export function dialledNumber(text: string, rules: NumberRules): Dialled {
  if (rules.extensions !== undefined && EXTENSION.test(text) && matchesWhole(rules.extensions, text)) {
    return { to: text as DialableNumber };
  }
  const { number, type } = parse(compact(text), rules.country);
  checkDestination(number, type, rules);
  return { to: asDialled(number, rules), e164: number.number };
}

/** `tel:` from click-to-call is taken with a plain number only, so no `;ext=` or `;phone-context=` comes along. */
function compact(text: string): string {
  const written = /^tel:(\+?[0-9]+)$/i.exec(text)?.[1] ?? text.trim().replace(SEPARATORS, '');
  if (/^\+?[0-9]{1,30}$/.test(written)) return written;
  throw new CallbackError(
    'number-invalid',
    'A phone number is digits, with "+" in front and blanks, "-", ".", "/" and brackets between; no letters, no extension',
    { field: 'to' },
  );
}

/** A number of some type is a valid one: finding the type is what validating consists of, and is done once. */
function parse(written: string, country: string | undefined): { number: PhoneNumber; type: PhoneNumberType } {
  if (country !== undefined && !isSupportedCountry(country)) {
    throw new CallbackError('route-invalid', 'The "country" of this route is unknown: mend the route');
  }
  const number = parsePhoneNumberFromString(
    written,
    country === undefined ? { extract: false } : { defaultCountry: country, extract: false },
  );
  const type = number?.getType();
  if (number && type) return { number, type };
  if (SHORT.test(written)) {
    throw new CallbackError(
      'destination-not-allowed',
      `${mask(written)} is a short number (internal, service or emergency): these are called only where "extensions" of the route lets them`,
      { field: 'to' },
    );
  }
  throw new CallbackError(
    'number-invalid',
    written.startsWith('+') || country !== undefined
      ? `${mask(written)} is no valid phone number${country === undefined ? '' : ` for ${country}`}: check its digits`
      : `${mask(written)} has no country code: write it with "+", or give the route a "country"`,
    { field: 'to' },
  );
}

function asDialled(number: PhoneNumber, { dialAs, country }: NumberRules): DialableNumber {
  // Without its country code a foreign number would be somebody else's number here, one that `allow` never saw.
  if (dialAs.includes('{national}') && !isNationalFor(number, country)) {
    throw new CallbackError(
      'destination-not-allowed',
      'This route dials numbers of its own country code only: its "dialAs" leaves the country code out',
      { field: 'to' },
    );
  }
  const dialled = fill(dialAs, {
    e164: number.number,
    digits: number.number.slice(1),
    national: number.nationalNumber,
  });
  if (!/^[0-9+*#]{1,40}$/.test(dialled)) {
    throw new CallbackError(
      'route-invalid',
      '"dialAs" of this route makes more than digits, "+", "*" and "#"',
    );
  }
  if (dialled.replace(/[^0-9]/g, '').length < LEAST_DIGITS) {
    throw new CallbackError('destination-not-allowed', 'So short a number is taken for an emergency number', {
      field: 'to',
    });
  }
  return dialled as DialableNumber;
}

function isNationalFor(number: PhoneNumber, country: string | undefined): boolean {
  if (country === undefined || !isSupportedCountry(country)) return false;
  return number.countryCallingCode === getCountryCallingCode(country);
}
