import fc from 'fast-check';
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { anywhere, dials, numberCode, numberRefusal, russian } from '../../support/rules/fixtures.ts';

describe('"dialAs"', () => {
  it.each([
    ['{e164}', '+390612345678'],
    ['{digits}', '390612345678'],
    ['0{national}', '00612345678'],
    ['9*{digits}#', '9*390612345678#'],
    ['{domestic}', '0612345678'],
  ])('dials an Italian number as %s: %s', (dialAs, expected) => {
    expect(dials('06 1234 5678', { country: 'IT', allow: ['+39'], dialAs })).toBe(expected);
  });

  it.each(['8{national}', '{domestic}'])(
    '%s does not turn a foreign number into a domestic one',
    (dialAs) => {
      // Without its +44, the 8 would make it a Russian number that nobody asked for.
      const rules = { country: 'RU', allow: ['+7', '+44'] };
      expect(numberCode('+44 20 7946 0958', { ...rules, dialAs })).toBe('destination-not-allowed');
      expect(dials('+44 20 7946 0958', { ...rules, dialAs: '{digits}' })).toBe('442079460958');
      expect(numberCode('+74951234567', { allow: ['+7'], dialAs })).toBe('destination-not-allowed');
    },
  );

  it.each(['out-{e164}', '{e164}@trunk', '{constructor}', '{digits}{digits}{digits}{digits}'])(
    '%s is a fault of the route',
    (dialAs) => {
      expect(numberCode('84951234567', { ...russian, dialAs })).toBe('route-invalid');
    },
  );

  it('refuses a number that is too short without its country code', () => {
    const luxembourg = { country: 'LU', allow: ['+352'] };
    expect(dials('2020', luxembourg)).toBe('+3522020');
    for (const dialAs of ['{national}', '{domestic}'])
      expect(numberCode('2020', { ...luxembourg, dialAs })).toBe('destination-not-allowed');
  });
});

describe('"{domestic}"', () => {
  it.each([
    ['AR', '+5493512303473', '0351152303473'],
    ['AR', '+5491123456789', '0111523456789'],
    ['AR', '+541123456789', '01123456789'],
    ['RU', '+74951234567', '84951234567'],
    ['DE', '+4930901820', '030901820'],
    ['GB', '+442079460958', '02079460958'],
    ['US', '+12024561111', '2024561111'],
    ['CN', '+8613812345678', '13812345678'],
    ['CN', '+861012345678', '01012345678'],
    ['UY', '+59824123456', '24123456'],
    ['UY', '+59894231234', '094231234'],
    ['LB', '+9611123456', '01123456'],
    ['LB', '+96171123456', '71123456'],
    ['HU', '+3611234567', '0611234567'],
    ['MX', '+525512345678', '5512345678'],
    ['IT', '+393123456789', '3123456789'],
  ])('in %s, dials %s as %s', (country, e164, dialled) => {
    expect(dials(e164, { ...anywhere(country), dialAs: '{domestic}' })).toBe(dialled);
  });

  it('refuses a number whose domestic form is another number', () => {
    // The plan of Gabon has old numbers, which the same digits would be without their country code.
    const { code, message } = numberRefusal('+2416492331', { ...anywhere('GA'), dialAs: '{domestic}' });
    expect(code).toBe('destination-not-allowed');
    expect(message).toContain('inside its country is not known');
  });

  it('reads as the same number again, in every country', () => {
    const national = fc.stringMatching(/^[1-9][0-9]{5,10}$/);
    let dialled = 0;
    fc.assert(
      fc.property(fc.constantFrom(...getCountries()), national, (country: CountryCode, digits) => {
        const e164 = `+${getCountryCallingCode(country)}${digits}`;
        const rules = { ...anywhere(country), dialAs: '{domestic}' };
        if (numberCode(e164, rules) !== 'allowed') return;
        dialled += 1;
        expect(parsePhoneNumberFromString(dials(e164, rules), country)?.number).toBe(
          dials(e164, anywhere(country)),
        );
      }),
      { numRuns: 5_000 },
    );
    expect(dialled).toBeGreaterThan(100);
  });
});
