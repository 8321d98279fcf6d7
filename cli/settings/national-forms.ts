import type { Settings } from '../../lib/settings/settings.ts';
import type { SettingsWarning } from './settings-warning.ts';

/**
 * Countries in which no single prefix before the national number fits all fixed and mobile numbers. In Argentina even the digits
 * differ: people dial +54 9 351 2303473 as 0351 15 2303473.
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
          found: `routes/${name} dials "${dialAs}", but numbers in ${country} need different digits before the national number`,
          cure: 'write "dialAs": "{domestic}", or "{e164}" if the provider accepts numbers with "+"',
        },
      ];
    // 0, then the two digits of a carrier, then the area code.
    return country === 'BR' && !/[0-9]{2}$/.test(before ?? '')
      ? [
          {
            found: `routes/${name} dials "${dialAs}", but in BR people dial other areas with a carrier code (0 15 11 98765-4321)`,
            cure: 'ask the provider whether a carrier code is needed. To add the code 15, write "dialAs": "015{national}"',
          },
        ]
      : [];
  });
