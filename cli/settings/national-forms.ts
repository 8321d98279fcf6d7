import type { Settings } from '../../lib/settings/settings.ts';
import type { SettingsWarning } from './settings-warning.ts';

/**
 * Countries in which no digits before the national number make all of its fixed and mobile numbers dialable. In Argentina
 * a mobile number is not even dialled with its own digits: +54 9 351 2303473 is 0351 15 2303473 there.
 */
export const MIXED_FORMS: ReadonlySet<string> = new Set('AR CN GE LB MC MN NP PE PM RW UY'.split(' '));

/** Warns about routes whose `{national}` is not what people dial in their country. */
export const nationalForms = ({ routes }: Pick<Settings, 'routes'>): SettingsWarning[] =>
  Object.entries(routes).flatMap(([name, { to }]) => {
    const { country, dialAs } = to;
    const [before] = dialAs.split('{national}');
    if (country === undefined || before === dialAs) return [];
    if (MIXED_FORMS.has(country))
      return [
        {
          found: `routes/${name} dials "${dialAs}", and the digits before a national number differ between the numbers of ${country}`,
          cure: 'write "dialAs": "{domestic}", or "{e164}" if the provider accepts it',
        },
      ];
    // 0, then the two digits of a carrier, then the area code.
    return country === 'BR' && !/[0-9]{2}$/.test(before ?? '')
      ? [
          {
            found: `routes/${name} dials "${dialAs}", and numbers of other areas of BR are dialled with a carrier code (0 15 11 98765-4321)`,
            cure: 'ask the provider. If it needs a carrier code, write it as in "dialAs": "015{national}"',
          },
        ]
      : [];
  });
