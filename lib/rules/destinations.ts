import type { PhoneNumber, PhoneNumberType } from 'libphonenumber-js/max';
import { CallbackError } from '../calls/callback-error.ts';

/**
 * What a call costs no more than usual for. Everything else needs `premium`: PREMIUM_RATE, SHARED_COST,
 * PERSONAL_NUMBER (UK 070, a classic of toll fraud), PAGER and VOICEMAIL (nobody there to talk to).
 *
 * UAN stays in: the numbers of companies at the normal rate (UK 03, Swiss 058, Dutch 088). Where a country bills some
 * of them higher (Japan 0570), `deny` is the place for it.
 */
const ORDINARY: ReadonlySet<PhoneNumberType> = new Set([
  'FIXED_LINE',
  'MOBILE',
  'FIXED_LINE_OR_MOBILE',
  'VOIP',
  'TOLL_FREE',
  'UAN',
]);

/**
 * Codes of no country (ITU-T E.164 list): +870 Inmarsat, +881 and +882/+883 satellite and other global networks, +878
 * personal, +808 shared cost, +979 premium, +888 relief. The library calls some of them MOBILE or VOIP. Only +800 is
 * free of charge.
 */
const FREE_GLOBAL_CODE = '800';

/** Satellite phones inside a country's own plan, which the library cannot tell from its mobile phones. */
const SATELLITE = ['+1600', '+7954', '+61145', '+61147', '+861349', '+861740', '+62868'];

export interface Destinations {
  allow: readonly string[];
  deny: readonly string[];
  premium: boolean;
}

/** @throws CallbackError destination-not-allowed. `allow` and `deny` are held against the E.164 form, which is dialled. */
export function checkDestination(
  number: PhoneNumber,
  type: PhoneNumberType,
  { allow, deny, premium }: Destinations,
): void {
  if (!isAllowed(number.number, allow, deny)) {
    throw notAllowed('This route does not call that country or area: see "allow" and "deny" of the route');
  }
  if (premium) return;
  if (isSatellite(number)) {
    throw notAllowed('Satellite and global network numbers are not called, unless the route sets "premium"');
  }
  if (!ORDINARY.has(type)) {
    throw notAllowed(
      `Numbers of this kind (${wordsOf(type)}) are not called, unless the route sets "premium"`,
    );
  }
}

/** The longest prefix decides; where both have it, it is denied. */
function isAllowed(e164: string, allow: readonly string[], deny: readonly string[]): boolean {
  const longest = (prefixes: readonly string[]): number =>
    Math.max(-1, ...prefixes.filter((prefix) => e164.startsWith(prefix)).map((prefix) => prefix.length));
  return longest(allow) > longest(deny);
}

function isSatellite(number: PhoneNumber): boolean {
  if (number.isNonGeographic()) return number.countryCallingCode !== FREE_GLOBAL_CODE;
  return SATELLITE.some((prefix) => number.number.startsWith(prefix));
}

const wordsOf = (type: PhoneNumberType): string => type.toLowerCase().replaceAll('_', ' ');

const notAllowed = (message: string): CallbackError =>
  new CallbackError('destination-not-allowed', message, { field: 'to' });
