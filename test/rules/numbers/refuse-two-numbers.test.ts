import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { dialledNumber } from '../../../lib/rules/numbers/check-number.ts';
import { anywhere, dials, numberCode, numberRefusal, russian, to } from '../../support/rules/fixtures.ts';

/** Whole numbers as people write them. In most of these countries a number may be one or two digits longer. */
const WHOLE = [
  ['DE', '030901820'],
  ['DE', '030 901820'],
  ['DE', '+49 30 901820'],
  ['DE', '0171 1234567'],
  ['DE', '030 / 901820'],
  ['AT', '01 5053660'],
  ['AT', '+43 664 1234567'],
  ['LU', '26 20 20'],
  ['FI', '09 123456'],
  ['CN', '010 12345678'],
  ['JP', '03-1234-5678'],
  ['HR', '01 4567 89'],
  ['IR', '021 12345'],
  ['IT', '06 123456'],
  ['RU', '8 (495) 123-45-67'],
  ['GB', '020 7946 0958'],
  ['US', '(202) 456-1111'],
] as const;

describe('text with digits that are not part of one number', () => {
  const tails = [
    '.0',
    '.00',
    '.5',
    ',5',
    ',0',
    '/21',
    '/1/2',
    ' / 21',
    ' (21)',
    '[2]',
    'x3',
    ' ext 12',
    ' ext. 12',
  ]
    .concat([' доб. 12', ' ramal 7', '#4', ';ext=12', ';phone-context=+49', ',,1', 'w2', 'p2', '&1', 'E+3'])
    .concat([' Durchwahl 5', ' or 5', '*1', '?2', ';12']);

  it.each(WHOLE.flatMap(([country, text]) => tails.map((tail) => [country, text + tail] as const)))(
    'is refused in %s: %j',
    (country, text) => {
      expect(numberCode(text, anywhere(country))).toBe('number-invalid');
    },
  );

  it.each(
    WHOLE.flatMap(([country, text]) =>
      [' / ', ', ', '; ', ' & ', ' or ', '\n', ' | '].map(
        (between) => [country, text + between + text] as const,
      ),
    ),
  )('is refused in %s for two numbers: %j', (country, text) => {
    expect(numberCode(text, anywhere(country))).toBe('number-invalid');
  });

  it.each([
    ['DE', '030901820 030901821'],
    ['DE', '030 9018 - 0171 123456'],
    ['DE', '030 90182 030 90183'],
    ['DE', '+49 30 9018 0049 30 901'],
    ['AT', '01 50536 0664 12345'],
    ['FI', '09 12345 09 12346'],
  ])('is refused in %s for two numbers with a blank between: %s', (country, text) => {
    expect(numberCode(text, anywhere(country))).toBe('number-invalid');
  });

  it.each([
    ['030901820.0', /decimal: leave out the dot/],
    ['4930901820.00', /decimal/],
    ['4 930 901 820.5', /decimal/],
    ['14268530.0', /decimal/],
    ['4.93E+11', /exponent.*format the column.*text/],
    ['4,93e+11', /exponent/],
    ['4930901820E0', /exponent/],
    ['030901820,5', /after the pause or comma/],
    ['030901820,,12', /after the pause or comma/],
    ['030901820 ext. 12', /extension.*"dtmf"/],
    ['030901820x12', /extension/],
    ['tel:+4930901820;ext=12', /extension/],
    ['tel:901820;phone-context=+4930', /"phone-context" is not supported: send the whole number/],
    ['030 901820/21', /digits after "\/" are not part of the number/],
    ['030 901820 (21)', /digits after "\(" are not part/],
    ['030 901820; 030 901821', /more than one number/],
    ['030901820 or 030901821', /more than one number/],
    ['030901820 030901821', /two numbers/],
    ['030 901820 +49 30 901821', /"\+" that is not in front/],
  ])('is refused with the reason: %j', (text, reason) => {
    expect(numberRefusal(text, anywhere('DE')).message).toMatch(reason);
  });

  it.each([
    ['DE', '030 901820-21', '+493090182021'],
    ['DE', '030 901820 - 0', '+49309018200'],
    ['DE', '030/901820', '+4930901820'],
    ['DE', '030 / 90 18 20', '+4930901820'],
    ['DE', '(030) 901820', '+4930901820'],
    ['DE', '033203/123456', '+4933203123456'],
    ['DE', '030.901.820', '+4930901820'],
    ['DE', '030.901820', '+4930901820'],
    ['DE', '030 9018.2021', '+493090182021'],
    ['DE', '030 901820.', '+4930901820'],
    ['DE', '030 901820/', '+4930901820'],
    ['DE', '0049/30/901820', '+4930901820'],
    ['AT', '01/5053660', '+4315053660'],
    ['AT', '+43 1 505.3660', '+4315053660'],
    ['AT', '0664/123 45 67', '+436641234567'],
    ['FR', '01.42.68.53.00', '+33142685300'],
    ['FR', '01/42/68/53/00', '+33142685300'],
    ['RU', '8 495 123-45.67', '+74951234567'],
    ['RU', '8 (495) (1234567)', '+74951234567'],
    ['GB', '(+44) (0)20 7946 0958', '+442079460958'],
    ['LU', '20 20 20 21', '+35220202021'],
    ['IT', '+39 (06) 1234 5678', '+390612345678'],
  ])('is not taken for it in %s: %s dials %s', (country, text, e164) => {
    expect(dials(text, anywhere(country))).toBe(e164);
  });
});

/** Numbers and the way in which each is written without any separator in its own country. */
const NUMBERS = [
  ['RU', '+74951234567', '84951234567'],
  ['DE', '+4930901820', '030901820'],
  ['DE', '+4917112345678', '017112345678'],
  ['GB', '+442079460958', '02079460958'],
  ['US', '+12024561111', '2024561111'],
  ['IT', '+390612345678', '0612345678'],
  ['LU', '+35226202020', '26202020'],
  ['AT', '+4315053660', '015053660'],
  ['CN', '+861012345678', '01012345678'],
  ['JP', '+81312345678', '0312345678'],
] as const;

/** The zeros of scripts in which people write numbers: ASCII, full-width, Arabic-Indic, Persian, Devanagari, Thai. */
const ZEROS = [0x30, 0xff10, 0x660, 0x6f0, 0x966, 0xe50];

const JOINTS = [
  '',
  '',
  '',
  ' ',
  '-',
  '\u00a0',
  '\u2007',
  '\u2013',
  '\u2212',
  '\u200b',
  '\u00ad',
  '\t',
  '\u2060',
];

describe('every number', () => {
  const joints = fc.array(fc.constantFrom(...JOINTS), { minLength: 16, maxLength: 16 });

  it('is read again from its own digits in any script, however blanks and dashes group them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NUMBERS),
        fc.constantFrom(...ZEROS),
        fc.boolean(),
        joints,
        ([country, e164, written], zero, isInternational, between) => {
          const characters = [...(isInternational ? e164 : written)].map((character, index) => {
            const inScript = character === '+' ? '+' : String.fromCodePoint(zero + Number(character));
            return inScript + (character === '+' ? '' : between[index]);
          });
          expect(dials(characters.join(''), anywhere(country))).toBe(e164);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('is refused when digits of something else follow it', () => {
    const tail = fc
      .tuple(
        fc.constantFrom(
          '.',
          ',',
          '/',
          ' /',
          '(',
          ' (',
          'x',
          ' ext ',
          ';ext=',
          '#',
          '*',
          'w',
          ',,',
          '&',
          '|',
          ';',
          '\n',
          ' Apt ',
        ),
        fc.integer({ min: 0, max: 99 }),
      )
      .map(([mark, digits]) => mark + digits);
    fc.assert(
      fc.property(fc.constantFrom(...NUMBERS), fc.boolean(), tail, ([country, e164, written], plus, end) => {
        expect(numberCode((plus ? e164 : written) + end, anywhere(country))).toBe('number-invalid');
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('any text', () => {
  const countries = ['RU', 'US', 'GB', 'DE', 'IT', 'AR', 'BR', 'MX', 'AU', 'LU'];
  const looksLikeOne = fc
    .array(
      fc.constantFrom(...'0123456789012345678901234567890123456789+ -()./*#;,x\u0663\uff18\u202d\u2212'),
      {
        maxLength: 24,
      },
    )
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
          '030',
          '+44 20',
          '+44 70',
          '+39 06',
          '+1 202',
        )
        .chain((prefix) => fc.constantFrom(prefix, `${prefix}9`)),
      fc.array(fc.constantFrom(...'01234567890123456789 -)./'), { minLength: 6, maxLength: 11 }),
    )
    .map(([prefix, rest]) => prefix + rest.join(''));
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 64 }), looksLikeOne, nearlyOne);

  it('is dialled inside "allow" and outside "deny", and reads as the same number again', () => {
    let dialled = 0;
    fc.assert(
      fc.property(text, fc.constantFrom(...countries), (written, country) => {
        const rules = { country, allow: ['+7', '+44', '+1', '+39'], deny: ['+7940', '+1900', '+4470'] };
        if (numberCode(written, rules) !== 'allowed') return;
        dialled += 1;
        const { to: number, e164 } = dialledNumber(written, to(rules));
        expect(number).toMatch(/^\+[0-9]{4,15}$/);
        expect(number).toMatch(/^\+(7|44|1|39)/);
        expect(number).not.toMatch(/^\+(7940|1900|4470)/);
        expect(dialledNumber(number, to({ allow: ['+7', '+44', '+1', '+39'] }))).toEqual({ to: e164, e164 });
      }),
      { numRuns: 5_000 },
    );
    expect(dialled).toBeGreaterThan(100);
  });

  /** What may stand before a national number when it is dialled. Only a reader's own list, so that it proves something. */
  const PREFIXES: Record<string, RegExp> = {
    RU: /^(|7|8|8107)$/,
    DE: /^(|0|49|490|0049|00490)$/,
    GB: /^(|0|44|440|0044|00440)$/,
    US: /^(|1|0111)$/,
    IT: /^(|39|0039)$/,
    // A number may stand behind the code of a carrier.
    LU: /^(|352|00352|15[0-9]{3})$/,
  };

  it('is dialled with all of its digits and no others, but for the prefix of its country', () => {
    let dialled = 0;
    fc.assert(
      fc.property(text, fc.constantFrom(...Object.keys(PREFIXES)), (written, country) => {
        if (numberCode(written, anywhere(country)) !== 'allowed') return;
        const number = parsePhoneNumberFromString(dials(written, anywhere(country)));
        if (number?.country !== country) return;
        dialled += 1;
        const shown = written
          .replace(/[^\p{Nd}]/gu, '')
          .replace(/[\u0660-\u0669]/g, (digit) => String((digit.codePointAt(0) ?? 0) - 0x660))
          .normalize('NFKC');
        expect(shown.endsWith(number.nationalNumber)).toBe(true);
        expect(shown.slice(0, -number.nationalNumber.length)).toMatch(PREFIXES[country] ?? /x/);
      }),
      { numRuns: 10_000 },
    );
    expect(dialled).toBeGreaterThan(100);
  });

  it('is dialled with digits, "+", "*" and "#", or refused with a code', () => {
    const dialAs = fc.constantFrom('{e164}', '{digits}', '8{national}', '9*{digits}#', '{domestic}');
    const extensions = fc.constantFrom(undefined, '.*', '[0-9]{3}');
    fc.assert(
      fc.property(text, dialAs, extensions, fc.boolean(), (written, template, pattern, premium) => {
        const rules = { ...russian, dialAs: template, premium, ...(pattern && { extensions: pattern }) };
        const code = numberCode(written, rules);
        expect(['allowed', 'number-invalid', 'destination-not-allowed']).toContain(code);
        if (code === 'allowed') expect(dials(written, rules)).toMatch(/^[0-9+*#]{1,40}$/);
      }),
      { numRuns: 5_000 },
    );
  });
});
