import type { PhoneNumber, PhoneNumberType } from 'libphonenumber-js/max';
import type { RouteSettings } from '../../settings/settings.ts';
import { destinationNotAllowed } from './number-errors.ts';

/**
 * Types of numbers at the usual price. The other types need `premium`: PREMIUM_RATE, SHARED_COST, PERSONAL_NUMBER (UK 070 is
 * often used for toll fraud), PAGER and VOICEMAIL (nobody answers).
 *
 * UAN are company numbers at the normal rate (UK 03, Swiss 058, Dutch 088). Some countries bill UAN higher (Japan 0570): `deny`
 * can exclude them.
 */
const ORDINARY: ReadonlySet<PhoneNumberType> = new Set([
  'FIXED_LINE',
  'MOBILE',
  'FIXED_LINE_OR_MOBILE',
  'VOIP',
  'TOLL_FREE',
  'UAN',
]);

export const isOrdinary = (type: PhoneNumberType): boolean => ORDINARY.has(type);

/**
 * Of the calling codes that belong to no country (ITU-T E.164 list), only +800 is free of charge. The others are +870 Inmarsat, +881 and
 * +882/+883 satellite and other global networks, +878 personal, +808 shared cost, +979 premium, +888 relief. The library
 * reports some of them as MOBILE or VOIP.
 */
const FREE_GLOBAL_CODE = '800';

/** Satellite ranges inside national plans. The library reports them as mobile. */
const SATELLITE = ['+1600', '+7954', '+61145', '+61147', '+861349', '+861740', '+62868'];

/**
 * Checks the E.164 form of a number, from which the dialled form is made, against `allow`, `deny` and `premium`.
 *
 * @throws CallbackError destination-not-allowed.
 */
export function checkDestination(
  number: PhoneNumber,
  type: PhoneNumberType,
  { allow, deny, premium }: RouteSettings['to'],
): void {
  if (!isAllowed(number.number, allow, deny))
    throw destinationNotAllowed(
      'This route does not call that country or area: see "allow" and "deny" of the route',
    );
  if (premium) return;
  if (isSatellite(number))
    throw destinationNotAllowed(
      'Satellite and global network numbers are not called, unless the route sets "premium"',
    );
  if (!isOrdinary(type))
    throw destinationNotAllowed(
      `Numbers of this kind (${inWords(type)}) are not called, unless the route sets "premium"`,
    );
}

/** The longest matching prefix decides. A prefix in both lists denies the number. */
function isAllowed(e164: string, allow: readonly string[], deny: readonly string[]): boolean {
  const longest = (prefixes: readonly string[]): number =>
    Math.max(-1, ...prefixes.filter((prefix) => e164.startsWith(prefix)).map((prefix) => prefix.length));
  return longest(allow) > longest(deny);
}

function isSatellite(number: PhoneNumber): boolean {
  if (number.isNonGeographic()) return number.countryCallingCode !== FREE_GLOBAL_CODE;
  return SATELLITE.some((prefix) => number.number.startsWith(prefix));
}

const inWords = (type: PhoneNumberType): string => type.toLowerCase().replaceAll('_', ' ');
