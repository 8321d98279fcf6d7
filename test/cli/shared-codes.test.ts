import { readFile } from 'node:fs/promises';
import { getCountries, getCountryCallingCode, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { findWarnings } from '../../cli/settings/find-warnings.ts';
import { SHARED_CODES } from '../../cli/settings/shared-codes.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { settingsFor } from '../support/cli/patient.ts';

const doubts = (to: Record<string, unknown>) =>
  findWarnings(parseSettings(settingsFor({ url: 'http://127.0.0.1', username: 'a', secret: 'b' }, { to })));

describe('a route that allows the code of several countries', () => {
  it.each([
    ['+7', /^routes\/default allows \+7, the code of Russia and Kazakhstan$/, /"deny": \["\+76", "\+77"\]/],
    ['+1', /the code of the United States, Canada and .*Caribbean countries/, /"\+1876" \(Jamaica\)/],
  ])('gets a warning: %s', (prefix, found, cure) => {
    expect(doubts({ allow: ['+49', prefix] })).toEqual([
      { found: expect.stringMatching(found), cure: expect.stringMatching(cure) },
    ]);
  });

  it.each([
    [{ allow: ['+7'], deny: ['+77'] }],
    [{ allow: ['+7', '+77'] }],
    [{ allow: ['+7495', '+1212', '+44', '+39'] }],
  ])('gets no warning when a longer prefix shows a decision: %j', (to) => {
    expect(doubts(to)).toEqual([]);
  });
});

/** Territories and small neighbours of a country with the same code. */
const TERRITORIES = 'AX BL BQ CC CX EH GG IM JE MF SJ TA VA YT';

it('SHARED_CODES has all codes that independent countries share', () => {
  const countries = Map.groupBy(
    getCountries().filter((country) => !TERRITORIES.includes(country)),
    (country) => `+${getCountryCallingCode(country)}`,
  );
  const shared = [...countries].filter(([, { length }]) => length > 1).map(([code]) => code);
  expect(shared.sort()).toEqual([...SHARED_CODES.keys()].sort());
});

it('docs/security.md names all countries of +1 except the United States and Canada', async () => {
  const text = await readFile(new URL('../../docs/security.md', import.meta.url), 'utf8');
  const page = text.replace(/\s+/g, ' ');
  const others = getCountries().filter(
    (country) => getCountryCallingCode(country) === '1' && !'AS CA GU MP PR US VI'.includes(country),
  );
  expect(others.length).toBeGreaterThan(15);
  for (const country of others)
    expect(page).toContain(` ${getExampleNumber(country, examples)?.number.slice(1, 5)}`);
});
