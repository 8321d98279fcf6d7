import fc from 'fast-check';
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  Metadata,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { findWarnings } from '../../cli/settings/find-warnings.ts';
import { MIXED_FORMS } from '../../cli/settings/national-forms.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { settingsFor } from '../support/cli/patient.ts';

const doubts = (country: string, dialAs: string) => {
  const to = { country, allow: [`+${getCountryCallingCode(country as CountryCode)}9`], dialAs };
  return findWarnings(
    parseSettings(settingsFor({ url: 'http://127.0.0.1', username: 'a', secret: 'b' }, { to })),
  );
};

describe('a route that dials {national}', () => {
  it.each(['AR', 'CN', 'UY', 'LB'])('gets a warning in %s, where the digits before it differ', (country) => {
    for (const dialAs of ['0{national}', '{national}', '90{national}'])
      expect(doubts(country, dialAs)).toEqual([
        {
          found: `routes/default dials "${dialAs}", but numbers in ${country} need different digits before the national number`,
          cure: expect.stringContaining('"dialAs": "{domestic}"'),
        },
      ]);
  });

  it('gets a warning in Brazil unless it has a carrier code', () => {
    for (const dialAs of ['{national}', '0{national}'])
      expect(doubts('BR', dialAs)).toMatchObject([{ found: expect.stringContaining('carrier code') }]);
    expect(doubts('BR', '015{national}')).toEqual([]);
  });

  it.each([
    ['AR', '{domestic}'],
    ['AR', '{e164}'],
    ['CN', '{digits}'],
    ['DE', '0{national}'],
    ['IT', '{national}'],
    ['MX', '{national}'],
    ['CO', '{national}'],
  ])('gets none in %s with %s', (country, dialAs) => {
    expect(doubts(country, dialAs)).toEqual([]);
  });
});

/** Numbers of other kinds make these look mixed: service and fax numbers, old numbers that are also new ones. */
const OTHERWISE = ['DE', 'GA', 'IL'];

it('the countries with a warning are those whose numbering plan has several prefixes', () => {
  const mixed = getCountries().filter((country) => prefixesIn(country).size > 1);
  expect(mixed.filter((country) => !OTHERWISE.includes(country))).toEqual([...MIXED_FORMS]);
}, 60_000);

interface Plan {
  type(name: string): { pattern(): string } | undefined;
}

/** The digits that stand before a national number in its domestic form, for fixed and mobile numbers of a country. */
function prefixesIn(country: CountryCode): Set<string> {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  const plan = metadata.numberingPlan as unknown as Plan;
  const prefixes = ['FIXED_LINE', 'MOBILE'].flatMap((type) => {
    const pattern = plan.type(type)?.pattern();
    if (!pattern) return [];
    const samples = fc.sample(fc.stringMatching(new RegExp(`^(?:${pattern})$`)), { numRuns: 40, seed: 1 });
    return samples.flatMap((national) => {
      const number = parsePhoneNumberFromString(`+${getCountryCallingCode(country)}${national}`);
      if (number?.country !== country || !/FIXED|MOBILE/.test(number.getType() ?? '')) return [];
      const domestic = number.formatNational().replace(/[^0-9]/g, '');
      const { nationalNumber } = number;
      return domestic.endsWith(nationalNumber) ? domestic.slice(0, -nationalNumber.length) : 'other digits';
    });
  });
  return new Set(prefixes);
}
