import { type CountryCode, getCountryCallingCode } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { anywhere, dials, numberCode, numberRefusal, russian } from '../../support/rules/fixtures.ts';

describe('a premium, shared-cost, personal or satellite number', () => {
  const costly = [
    ['RU', '8 809 123-45-67'],
    ['RU', '+7 954 123-45-67'],
    ['KZ', '8 809 123 4567'],
    ['US', '900 234 5678'],
    ['CA', '+1 600 234 5678'],
    ['GB', '0909 879 0000'],
    ['GB', '0843 123 4567'],
    ['GB', '070 1234 5678'],
    ['DE', '0900 1 234567'],
    ['DE', '01806 123456'],
    ['FR', '0899 12 34 56'],
    ['IT', '899 123456'],
    ['ES', '806 123 456'],
    ['NL', '0906 1234567'],
    ['CH', '0900 123 456'],
    ['AT', '0900 123456'],
    ['AU', '1902 123 456'],
    ['AU', '13 12 34'],
    ['AU', '0147 123 456'],
    ['PL', '701 234 567'],
    ['BR', '0900 123 4567'],
    ['BR', '0300 123 4567'],
    ['JP', '0990 123456'],
    ['SE', '0900 1234567'],
    ['CZ', '900 123 456'],
    ['CN', '134 9123 4567'],
    ['ID', '0868 123 456'],
    ['RU', '+870 773 111 632'],
    ['RU', '8 10 881 612 345678'],
    ['DE', '00881612345678'],
    ['DE', '+883 510 012345678'],
    ['DE', '+878 10 1234567890'],
    ['DE', '+979 123456789'],
    ['DE', '+808 12345678'],
  ] as const;

  it.each(costly)('in %s is not called: %s', (country, text) => {
    expect(numberCode(text, anywhere(country))).toBe('destination-not-allowed');
  });

  it.each(costly)('in %s is called if the route sets "premium": %s', (country, text) => {
    expect(numberCode(text, { ...anywhere(country), premium: true })).toBe('allowed');
  });

  it.each(['+882 13 123456', '+882 34 12345678', '+888 12345678'])(
    'of a global network is not called: %s',
    (text) => {
      expect(numberCode(text, anywhere('DE'))).not.toBe('allowed');
    },
  );

  it('is not called outside "allow", even with "premium"', () => {
    expect(numberCode('+881612345678', { country: 'RU', allow: ['+7'], premium: true })).toBe(
      'destination-not-allowed',
    );
  });

  it.each(['+800 12345678', '8 800 555 35 35', '+1 800 555 1234'])(
    'is not one that is free of charge: %s is called',
    (text) => {
      expect(numberCode(text, anywhere('RU'))).toBe('allowed');
    },
  );
});

describe('an emergency or short number', () => {
  const table = [
    'RU',
    'DE',
    'GB',
    'US',
    'FR',
    'AU',
    'JP',
    'BR',
    'IN',
    'CN',
    'NZ',
    'NO',
    'LU',
    'AT',
    'SH',
  ].flatMap((country) =>
    [
      '01',
      '02',
      '03',
      '04',
      '000',
      '100',
      '101',
      '103',
      '108',
      '110',
      '111',
      '112',
      '118',
      '119',
      '120',
      '190',
    ]
      .concat(['911', '999', '1122', '11888', '116117', '118712'])
      .map((text) => [country, text] as const),
  );

  it.each(table)('in %s is never dialled: %s', (country, text) => {
    expect(numberCode(text, anywhere(country))).toBe('destination-not-allowed');
    for (const dialAs of ['{national}', '0{national}', '{digits}'])
      expect(numberCode(text, { ...anywhere(country), dialAs, premium: true })).not.toBe('allowed');
  });

  it.each(['+112', '+7112', '+1911', '+49 112', 'tel:112'])(
    'is not dialled in an international form, either: %s',
    (text) => {
      expect(numberCode(text, anywhere('DE'))).not.toBe('allowed');
    },
  );
});

describe('"allow" and "deny"', () => {
  it.each([
    [['+7'], [], true],
    [[], [], false],
    [['+1'], [], false],
    [['+7'], ['+7495'], false],
    [['+7495'], ['+7'], true],
    [['+7'], ['+7'], false],
    [['+7', '+7495123'], ['+7495'], true],
    [['+7'], ['+7495', '+74951234567'], false],
    [['+74951234567'], ['+7495123456'], true],
    [['+749512345678'], [], false],
  ])('decide by the longest prefix: allow %j, deny %j, called: %s', (allow, deny, expected) => {
    expect(numberCode('84951234567', { country: 'RU', allow, deny }) === 'allowed').toBe(expected);
  });

  it.each([
    ['a way out of the country', 'RU', '8 10 7 940 123 45 67', ['+7'], ['+7940']],
    ['a trunk prefix', 'RU', '8 940 123-45-67', ['+7'], ['+7940']],
    ['no prefix', 'RU', '9401234567', ['+7'], ['+7940']],
    ['a trunk prefix after the country', 'GB', '+44 (0)20 7946 0958', ['+44'], ['+4420']],
    ['a carrier code', 'BR', '0 15 11 98765-4321', ['+55'], ['+5511']],
    ['the mobile 15 of Argentina', 'AR', '011 15 2345-6789', ['+54'], ['+54911']],
    ['an Italian zero', 'IT', '06 1234 5678', ['+39'], ['+3906']],
  ])('are not passed by %s', (_, country, text, allow, deny) => {
    expect(numberCode(text, { country, allow, deny })).toBe('destination-not-allowed');
    expect(numberCode(text, { country, allow })).not.toBe('destination-not-allowed');
  });

  /** One of each country; each is called from its own. */
  const ABROAD: [country: string, number: string][] = [
    ['GB', '+442079460958'],
    ['FR', '+33142685300'],
    ['US', '+12024561111'],
    ['DE', '+4930123456'],
    ['IT', '+390612345678'],
    ['ES', '+34912345678'],
    ['PL', '+48221234567'],
    ['TR', '+902121234567'],
    ['CN', '+861012345678'],
    ['LV', '+37167123456'],
    ['SO', '+25261234567'],
    ['CU', '+5372345678'],
  ];

  it.each(ABROAD)('let numbers of %s through only where they are allowed', (country, to) => {
    const code = `+${getCountryCallingCode(country as CountryCode)}`;
    expect(numberCode(to, { country, allow: [code] })).toBe('allowed');
    for (const home of ['RU', ...ABROAD.map(([other]) => other)]) {
      if (home === country) continue;
      const allow = [`+${getCountryCallingCode(home as CountryCode)}`];
      expect(numberCode(to, { country: home, allow })).toBe('destination-not-allowed');
    }
  });

  it('apply to numbers that are written with the international prefix', () => {
    expect(numberCode('8 10 44 20 7946 0958', russian)).toBe('destination-not-allowed');
  });
});

describe('"alsoValid"', () => {
  /** A range in service that the tables lack. */
  const NEW = '+14362345678';
  const canada = { country: 'CA', allow: ['+1'], alsoValid: ['+1436'] };

  it.each([NEW, '4362345678', '1 (436) 234-5678', 'tel:+1-436-234-5678'])(
    'lets a number through that the numbering tables lack: %s',
    (text) => {
      expect(numberCode(text, { country: 'CA', allow: ['+1'] })).toBe('number-invalid');
      expect(dials(text, canada)).toBe(NEW);
    },
  );

  it('is named in the refusal of a number that has a valid length', () => {
    const { message } = numberRefusal(NEW, { country: 'CA', allow: ['+1'] });
    expect(message).toMatch(
      /its range may be newer than the numbering tables of this software.*"to\.alsoValid"/,
    );
    expect(numberRefusal('+1436234567', { country: 'CA', allow: ['+1'] }).message).not.toContain('alsoValid');
  });

  it('lets nothing through beside its prefixes', () => {
    expect(numberCode('+14372345678', canada)).toBe('allowed');
    expect(numberCode('+14352345678', { ...canada, deny: ['+1435'] })).toBe('destination-not-allowed');
    expect(numberCode('+14462345678', canada)).toBe('number-invalid');
  });

  it.each(['+1436234567', '+143623456789', '+1436', '436'])('lets no wrong length through: %s', (text) => {
    expect(numberCode(text, canada)).not.toBe('allowed');
  });

  it('stays within "allow" and "deny"', () => {
    expect(numberCode(NEW, { ...canada, allow: ['+1416'] })).toBe('destination-not-allowed');
    expect(numberCode(NEW, { ...canada, deny: ['+1436'] })).toBe('destination-not-allowed');
  });

  it.each([
    ['US', '+19001234567', '+1900'],
    ['US', '+19000234567', '+1900'],
    ['GB', '+449020000000', '+4490'],
    ['GB', '+447000000000', '+4470'],
    ['CA', '+16000234567', '+1600'],
    ['RU', '+78090234567', '+7809'],
    ['RU', '+79541234567', '+7954'],
    ['IT', '+398990123456', '+3989'],
  ])('opens no premium, personal or satellite range in %s: %s', (country, number, prefix) => {
    const rules = { ...anywhere(country), alsoValid: [prefix] };
    expect(numberCode(number, rules)).not.toBe('allowed');
  });

  it.each(['112', '911', '+1911', '+49112', '+491121', '1122', '110', '116117', '+49116117'])(
    'opens no emergency or short number: %s',
    (text) => {
      const alsoValid = ['+1911', '+4911', '+49112', '+491121', '+1112'];
      for (const country of ['US', 'DE'])
        for (const dialAs of ['{e164}', '{digits}', '{national}', '0{national}', '{domestic}'])
          expect(numberCode(text, { ...anywhere(country), alsoValid, dialAs })).not.toBe('allowed');
    },
  );
});
