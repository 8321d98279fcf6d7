import fc from 'fast-check';
import { type CountryCode, getCountryCallingCode } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { dialledNumber } from '../../lib/rules/numbers.ts';
import { refusal, to } from '../support/rules/fixtures.ts';

const codeOf = (text: string, rules: Parameters<typeof to>[0]) =>
  refusal(() => dialledNumber(text, to(rules))).code;
const dials = (text: string, rules: Parameters<typeof to>[0]) => dialledNumber(text, to(rules)).to;

const russian = { country: 'RU', allow: ['+7'], deny: ['+7940'], dialAs: '8{national}' };
/** A route whose owner lets every country through: what is refused then is refused for what it is. */
const anywhere = (country: string) => ({
  country,
  allow: ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((d) => `+${d}`),
});

describe('a number as people write it', () => {
  it.each([
    '84951234567',
    '+7 (495) 123-45-67',
    '4951234567',
    '74951234567',
    '+74951234567',
    '8 (495) 123-45-67',
    '8 495 123 45 67',
    '8.495.123.45.67',
    ' 8 495\u00a0123\u202f45\u201167 ',
    'tel:+74951234567',
    'TEL:84951234567',
  ])('%j dials 84951234567 on a Russian route', (text) => {
    expect(dialledNumber(text, to(russian))).toEqual({ to: '84951234567', e164: '+74951234567' });
  });

  it.each([
    ['GB', '020 7946 0958', '+442079460958'],
    ['GB', '+44 (0)20 7946 0958', '+442079460958'],
    ['DE', '030/1234567', '+49301234567'],
    ['DE', '0044 20 7946 0958', '+442079460958'],
    ['RU', '8 10 44 20 7946 0958', '+442079460958'],
    ['US', '011 44 20 7946 0958', '+442079460958'],
    ['US', '(202) 456-1111', '+12024561111'],
    ['FR', '01 42 68 53 00', '+33142685300'],
    ['IT', '06 1234 5678', '+390612345678'],
    ['AR', '011 15 2345-6789', '+5491123456789'],
    ['AR', '011 2345-6789', '+541123456789'],
    ['MX', '55 1234 5678', '+525512345678'],
    ['BR', '0 15 11 98765-4321', '+5511987654321'],
    ['CH', '058 123 45 67', '+41581234567'],
    ['AD', '712345', '+376712345'],
  ])('in %s, %s is %s', (country, text, e164) => {
    expect(dials(text, anywhere(country))).toBe(e164);
  });

  it.each([
    ['{e164}', '+390612345678'],
    ['{digits}', '390612345678'],
    ['0{national}', '00612345678'],
    ['9*{digits}#', '9*390612345678#'],
  ])('is dialled as %s', (dialAs, expected) => {
    expect(dials('06 1234 5678', { country: 'IT', allow: ['+39'], dialAs })).toBe(expected);
  });
});

describe('what is no number', () => {
  it.each([
    ['nothing', ''],
    ['a blank', ' '],
    ['a plus', '+'],
    ['letters', '8 800 FLOWERS'],
    ['an extension', '+74951234567x123'],
    ['an extension in words', '+74951234567 ext. 123'],
    ['an extension parameter', '+74951234567;ext=123'],
    ['tel with a parameter', 'tel:+74951234567;phone-context=+7'],
    ['tel with separators', 'tel:+7-495-123-45-67'],
    ['tel twice', 'tel:tel:+74951234567'],
    ['a SIP address', 'sip:84951234567@example.com'],
    ['a pause', '84951234567,,1'],
    ['a wait', '84951234567w1'],
    ['a star code', '*2184951234567'],
    ['two numbers', '84951234567&84957654321'],
    ['a plus in the middle', '8495+1234567'],
    ['two pluses', '++74951234567'],
    ['a full-width plus', '\uff0b74951234567'],
    ['full-width digits', '８４９５１２３４５６７'],
    ['Arabic digits', '+٧٤٩٥١٢٣٤٥٦٧'],
    ['Devanagari digits', '+७४९५१२३४५६७'],
    ['mathematical digits', '+\u{1d7d5}4951234567'],
    ['the letter O', '8495123456O'],
    ['a zero-width space', '8495\u200b1234567'],
    ['a bidirectional override', '\u202e84951234567'],
    ['a tab', '8495\t1234567'],
    ['a line break', '8495123456\n7'],
    ['a NUL', '84951234567\0'],
    ['too few digits', '+7495123456'],
    ['too many digits', '+749512345678'],
    ['far too many', '8'.repeat(60)],
    ['a code of nobody', '+9991234567890'],
  ])('%s is refused', (_, text) => {
    expect(codeOf(text, russian)).toBe('number-invalid');
  });

  it('is a national number where the route has no country, and the message says what to do', () => {
    const { code, message } = refusal(() => dialledNumber('84951234567', to({ allow: ['+7'] })));
    expect(code).toBe('number-invalid');
    expect(message).toContain('country code');
  });

  it.each(['+7495123456', '84951234567890', '112', '+79401234567', '+442079460958'])(
    '%s is never repeated whole',
    (text) => {
      const { message } = refusal(() => dialledNumber(text, to(russian)));
      expect(message).not.toBe('');
      expect(message.replace(/[^0-9]/g, '').length).toBeLessThanOrEqual(2);
    },
  );
});

describe('premium, shared-cost, personal and satellite numbers', () => {
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

  it.each(costly)('in %s, %s is not called', (country, text) => {
    expect(codeOf(text, anywhere(country))).toBe('destination-not-allowed');
  });

  it.each(costly)('in %s, %s is called with "premium"', (country, text) => {
    expect(codeOf(text, { ...anywhere(country), premium: true })).toBe('allowed');
  });

  it.each(['+882 13 123456', '+882 34 12345678', '+888 12345678'])('%s is not called', (text) => {
    expect(codeOf(text, anywhere('DE'))).not.toBe('allowed');
  });

  it('are not called because of "premium" alone', () => {
    expect(codeOf('+881612345678', { country: 'RU', allow: ['+7'], premium: true })).toBe(
      'destination-not-allowed',
    );
  });

  it.each(['+800 12345678', '8 800 555 35 35', '+1 800 555 1234'])('free ones such as %s are', (text) => {
    expect(codeOf(text, anywhere('RU'))).toBe('allowed');
  });
});

describe('emergency and short numbers', () => {
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

  it.each(table)('in %s, %s is never dialled', (country, text) => {
    expect(codeOf(text, anywhere(country))).toBe('destination-not-allowed');
    for (const dialAs of ['{national}', '0{national}', '{digits}'])
      expect(codeOf(text, { ...anywhere(country), dialAs, premium: true })).not.toBe('allowed');
  });

  it.each(['+112', '+7112', '+1911', '+49 112', 'tel:112'])('%s is none either', (text) => {
    expect(codeOf(text, anywhere('DE'))).not.toBe('allowed');
  });

  it('is what a number would become that is too short without its country code', () => {
    const luxembourg = { country: 'LU', allow: ['+352'] };
    expect(dials('2020', { ...luxembourg })).toBe('+3522020');
    expect(codeOf('2020', { ...luxembourg, dialAs: '{national}' })).toBe('destination-not-allowed');
  });
});

describe('internal numbers', () => {
  it.each([
    ['^[0-9]{4}$', '3200', '3200'],
    ['[0-9]{4}', '3200', '3200'],
    ['112', '112', '112'],
  ])('that match %s are dialled as they are: %s', (extensions, text, expected) => {
    expect(dialledNumber(text, to({ ...russian, extensions }))).toEqual({ to: expected });
  });

  it.each([
    ['[0-9]{4}', '32001'],
    ['^32|33$', '3299'],
    ['.*', '32*1'],
    ['.*', '3200@other'],
    ['.*', ' 3200'],
    ['.*', '+3200'],
    ['.*', '３２００'],
    ['.*', '3200\n'],
  ])('%s does not let %j through', (extensions, text) => {
    expect(codeOf(text, { ...russian, extensions })).not.toBe('allowed');
  });

  it('never let a whole phone number past "allow", however wide their pattern', () => {
    expect(codeOf('810442079460958', { ...russian, extensions: '[0-9]+' })).toBe('destination-not-allowed');
  });

  it('refuse a pattern that would break out of its anchors', () => {
    expect(codeOf('3200', { ...russian, extensions: '9)|(.*' })).toBe('route-invalid');
  });
});

describe('allow and deny', () => {
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
  ])('allow %j and deny %j: %s', (allow, deny, expected) => {
    expect(codeOf('84951234567', { country: 'RU', allow, deny }) === 'allowed').toBe(expected);
  });

  it.each([
    ['a way out of the country', 'RU', '8 10 7 940 123 45 67', ['+7'], ['+7940']],
    ['a trunk prefix', 'RU', '8 940 123-45-67', ['+7'], ['+7940']],
    ['no prefix', 'RU', '9401234567', ['+7'], ['+7940']],
    ['a trunk prefix after the country', 'GB', '+44 (0)20 7946 0958', ['+44'], ['+4420']],
    ['a carrier code', 'BR', '0 15 11 98765-4321', ['+55'], ['+5511']],
    ['the mobile 15 of Argentina', 'AR', '011 15 2345-6789', ['+54'], ['+54911']],
    ['an Italian zero', 'IT', '06 1234 5678', ['+39'], ['+3906']],
  ])('%s is no way around deny', (_, country, text, allow, deny) => {
    expect(codeOf(text, { country, allow, deny })).toBe('destination-not-allowed');
    expect(codeOf(text, { country, allow })).not.toBe('destination-not-allowed');
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

  it.each(ABROAD)(
    'numbers of %s are called by a route that allows them, and from nowhere else',
    (country, to) => {
      const code = `+${getCountryCallingCode(country as CountryCode)}`;
      expect(codeOf(to, { country, allow: [code] })).toBe('allowed');
      for (const home of ['RU', ...ABROAD.map(([other]) => other)]) {
        if (home === country) continue;
        const allow = [`+${getCountryCallingCode(home as CountryCode)}`];
        expect(codeOf(to, { country: home, allow })).toBe('destination-not-allowed');
      }
    },
  );

  it('+442079460958 is not called by the way out of Russia, either', () => {
    expect(codeOf('8 10 44 20 7946 0958', russian)).toBe('destination-not-allowed');
  });
});

describe('dialAs', () => {
  it('does not turn a foreign number into one at home', () => {
    // Without its +44, the 8 would make a Russian number of it, which nobody has asked for.
    const rules = { country: 'RU', allow: ['+7', '+44'] };
    expect(codeOf('+44 20 7946 0958', { ...rules, dialAs: '8{national}' })).toBe('destination-not-allowed');
    expect(dials('+44 20 7946 0958', { ...rules, dialAs: '{digits}' })).toBe('442079460958');
    expect(codeOf('+74951234567', { allow: ['+7'], dialAs: '8{national}' })).toBe('destination-not-allowed');
  });

  it.each(['out-{e164}', '{e164}@trunk', '{constructor}', '{digits}{digits}{digits}{digits}'])(
    '%s makes nothing that is dialled',
    (dialAs) => {
      expect(codeOf('84951234567', { ...russian, dialAs })).toBe('route-invalid');
    },
  );
});

describe('an unknown country', () => {
  it.each(['XX', 'ru', '__proto__', ''])('%j is the fault of the route', (country) => {
    expect(codeOf('84951234567', { country, allow: ['+7'] })).toBe('route-invalid');
  });
});

describe('whatever comes in', () => {
  const countries = ['RU', 'US', 'GB', 'DE', 'IT', 'AR', 'BR', 'MX', 'AU', 'LU'];
  const looksLikeOne = fc
    .array(fc.constantFrom(...'0123456789012345678901234567890123456789+ -()./*#;,x\u0663８'), {
      maxLength: 24,
    })
    .map((characters) => characters.join(''));
  const nearlyOne = fc
    .tuple(
      fc
        .constantFrom(
          '+7495',
          '+7 (9',
          '8 ',
          '8495',
          '810',
          '00',
          '011',
          '0',
          '+44 20',
          '+44 70',
          '+39 06',
          '+1 202',
        )
        .chain((prefix) => fc.constantFrom(prefix, `${prefix}9`)),
      fc.array(fc.constantFrom(...'01234567890123456789 -)'), { minLength: 6, maxLength: 11 }),
    )
    .map(([prefix, rest]) => prefix + rest.join(''));
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 64 }), looksLikeOne, nearlyOne);

  it('what is dialled lies inside allow and outside deny, and reads as the same number again', () => {
    let dialled = 0;
    fc.assert(
      fc.property(text, fc.constantFrom(...countries), (written, country) => {
        const rules = to({ country, allow: ['+7', '+44', '+1', '+39'], deny: ['+7940', '+1900', '+4470'] });
        if (refusal(() => dialledNumber(written, rules)).code !== 'allowed') return;
        dialled += 1;
        const { to: number, e164 } = dialledNumber(written, rules);
        expect(number).toMatch(/^\+[0-9]{4,15}$/);
        expect(number).toMatch(/^\+(7|44|1|39)/);
        expect(number).not.toMatch(/^\+(7940|1900|4470)/);
        expect(dialledNumber(number, to({ allow: ['+7', '+44', '+1', '+39'] }))).toEqual({ to: e164, e164 });
      }),
      { numRuns: 5_000 },
    );
    expect(dialled).toBeGreaterThan(100);
  });

  it('it is dialled with digits, "+", "*" and "#", or refused with a code', () => {
    const dialAs = fc.constantFrom('{e164}', '{digits}', '8{national}', '9*{digits}#');
    const extensions = fc.constantFrom(undefined, '.*', '[0-9]{3}');
    fc.assert(
      fc.property(text, dialAs, extensions, fc.boolean(), (written, template, pattern, premium) => {
        const rules = to({ ...russian, dialAs: template, premium, ...(pattern && { extensions: pattern }) });
        const { code } = refusal(() => dialledNumber(written, rules));
        expect(['allowed', 'number-invalid', 'destination-not-allowed']).toContain(code);
        if (code === 'allowed') expect(dialledNumber(written, rules).to).toMatch(/^[0-9+*#]{1,40}$/);
      }),
      { numRuns: 5_000 },
    );
  });
});
