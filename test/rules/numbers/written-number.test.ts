import { describe, expect, it } from 'vitest';
import { dialledNumber } from '../../../lib/rules/numbers/check-number.ts';
import {
  anywhere,
  dials,
  numberCode,
  numberRefusal,
  refusal,
  russian,
  to,
} from '../../support/rules/fixtures.ts';

describe('a phone number', () => {
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
  ])('is dialled as 84951234567 on a Russian route when it is written %j', (text) => {
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
  ])('in %s is read from %s as %s', (country, text, e164) => {
    expect(dials(text, anywhere(country))).toBe(e164);
  });

  it.each([
    ['directional marks of a messenger', '\u202d+44 7976 399087\u202c'],
    ['directional isolates', '\u2066+44 7976 399087\u2069'],
    ['left-to-right and Arabic letter marks', '\u200e+44 7976 399087\u061c'],
    ['right-to-left marks', '\u200f07976 399087\u200f'],
    ['zero-width spaces and joiners', '+44\u200b7976\u200c399\u200d087'],
    ['a word joiner', '+44\u20607976\u2060399087'],
    ['a byte order mark', '\ufeff+447976399087'],
    ['soft hyphens', '+44\u00ad7976\u00ad399087'],
    ['no-break spaces', '+44\u00a07976\u202f399087'],
    ['figure, thin and ideographic spaces', '+44\u20077976\u2009399\u3000087'],
    ['tabs', '+44\t7976\t399087'],
    ['en dashes', '+44\u20137976\u2013399087'],
    ['minus signs', '+44 7976\u2212399\u2212087'],
    ['full-width hyphens', '+44 7976\uff0d399087'],
    ['Japanese long vowel marks', '+44\u30fc7976\u30fc399087'],
    ['Hebrew hyphens', '07976\u05be399087'],
    ['middle dots', '07976\u00b7399\u00b7087'],
    [
      'a full-width plus and digits',
      '\uff0b\uff14\uff14\uff17\uff19\uff17\uff16\uff13\uff19\uff19\uff10\uff18\uff17',
    ],
    ['a full-width plus before ASCII digits', '\uff0b44 7976 399087'],
    ['full-width brackets', '\uff080\uff097976 399087'],
    ['Arabic-Indic digits', '+\u0664\u0664 \u0667\u0669\u0667\u0666 \u0663\u0669\u0669\u0660\u0668\u0667'],
    ['Persian digits', '\u06f0\u06f7\u06f9\u06f7\u06f6 \u06f3\u06f9\u06f9\u06f0\u06f8\u06f7'],
    ['Devanagari digits', '\u0966\u096d\u096f\u096d\u096c \u0969\u096f\u096f\u0966\u096e\u096d'],
    ['mathematical digits', '+\u{1d7d2}4 7976 399087'],
    ['a line break at the end', '07976 399087\n'],
  ])('is read when it holds %s', (_, text) => {
    expect(dials(text, anywhere('GB'))).toBe('+447976399087');
  });

  it.each([
    'tel:+1-201-555-0123',
    'tel:+1(201)555.0123',
    'tel:+1%20201%20555%200123',
    'tel:%2B12015550123',
    'tel:///+12015550123',
    'tel://+1-201-555-0123',
    'tel:201-555-0123',
    'callto:+12015550123',
    'callto://+1 201 555 0123',
    'CallTo:%2b1-201-555-0123',
    ' tel:+12015550123',
    '%2B12015550123',
    '\u202atel:+12015550123\u202c',
  ])('is read from the link %j', (text) => {
    expect(dials(text, anywhere('US'))).toBe('+12015550123');
  });
});

describe('text that is not a phone number', () => {
  it.each([
    ['nothing', ''],
    ['a blank', ' '],
    ['invisible characters alone', '\u200b\u2060'],
    ['a plus', '+'],
    ['letters', '8 800 FLOWERS'],
    ['tel twice', 'tel:tel:+74951234567'],
    ['a broken percent-encoding', 'tel:%2B7495123456%7'],
    ['a star code', '*2184951234567'],
    ['two numbers', '84951234567&84957654321'],
    ['a plus in the middle', '8495+1234567'],
    ['two pluses', '++74951234567'],
    ['the letter O', '8495123456O'],
    ['a NUL', '84951234567\0'],
    ['an encoded NUL', 'tel:84951234567%00'],
    ['too few digits', '+7495123456'],
    ['too many digits', '+749512345678'],
    ['far too many', '8'.repeat(60)],
    ['a text of 129 characters', `84951234567${'\u200b'.repeat(118)}`],
    ['a code of nobody', '+9991234567890'],
  ])('is refused: %s', (_, text) => {
    expect(numberRefusal(text, russian)).toMatchObject({ code: 'number-invalid', field: 'to' });
  });

  it.each([
    ['the letter O', '8495123456O', '"O" U+004F'],
    ['a Cyrillic O', '8495123456\u041e', '"\u041e" U+041E'],
    ['a star', '*2184951234567', '"*" U+002A'],
    ['a line break', '8495123\n4567', 'U+000A'],
    ['a NUL', '84951234567\0', 'U+0000'],
    ['an override that turns the digits round', '\u202e84951234567', 'U+202E'],
    ['an invisible tag', '84951234567\u{e0031}', 'U+E0031'],
    ['a superscript digit', '8495123456\u00b2', 'U+00B2'],
    ['a circled digit', '849512345\u2460', 'U+2460'],
    ['a range', '8495123456\u301c7', '"\u301c" U+301C'],
    ['an underscore', '8495_1234567', '"_" U+005F'],
    ['a lone surrogate', '84951234567\ud800', 'U+D800'],
  ])('is refused with the code point of %s', (_, text, name) => {
    const { code, message } = numberRefusal(text, russian);
    expect(code).toBe('number-invalid');
    expect(message).toContain(`holds ${name}, which is not part of a phone number`);
  });

  it.each([
    ['Bengali 4 among ASCII digits', '\u09ea4951234567'],
    [
      'Arabic-Indic and Persian digits',
      '\u0660\u06f7\u0669\u0667\u0666 \u0663\u0669\u0669\u0660\u0668\u0667',
    ],
    ['ASCII and Arabic-Indic digits', '8495123456\u0667'],
  ])('is refused for digits of two scripts: %s', (_, text) => {
    const { code, message } = numberRefusal(text, anywhere('GB'));
    expect(code).toBe('number-invalid');
    expect(message).toContain('digits of two scripts');
  });

  it.each([
    'sip:84951234567@example.com',
    'sips:+74951234567@pbx',
    'skype:84951234567?call',
    'https://84951234567',
  ])('is refused for the kind of its link: %s', (text) => {
    const { code, message } = numberRefusal(text, russian);
    expect(code).toBe('number-invalid');
    expect(message).toContain('link of a kind');
  });

  it('is refused with what to do when a national number has no country', () => {
    const { code, message } = numberRefusal('84951234567', { allow: ['+7'] });
    expect(code).toBe('number-invalid');
    expect(message).toContain('country code');
  });

  it.each(['+7495123456', '84951234567890', '112', '+79401234567', '+442079460958'])(
    'is refused without repeating its digits: %s',
    (text) => {
      const { message } = numberRefusal(text, russian);
      expect(message).not.toBe('');
      expect(message.replace(/[^0-9]/g, '').length).toBeLessThanOrEqual(2);
    },
  );
});

describe('an unknown country', () => {
  it.each(['XX', 'ru', '__proto__', ''])('%j is reported as a fault of the route', (country) => {
    expect(numberCode('84951234567', { country, allow: ['+7'] })).toBe('route-invalid');
  });
});

describe('an internal number', () => {
  it.each([
    ['^[0-9]{4}$', '3200', '3200'],
    ['[0-9]{4}', '3200', '3200'],
    ['112', '112', '112'],
  ])('is dialled unchanged when it matches %s: %s', (extensions, text, expected) => {
    expect(dialledNumber(text, to({ ...russian, extensions }))).toEqual({ to: expected });
  });

  it.each([
    ['[0-9]{4}', '32001'],
    ['^32|33$', '3299'],
    ['.*', '32*1'],
    ['.*', '3200@other'],
    ['.*', ' 3200'],
    ['.*', '+3200'],
    ['.*', '\uff13\uff12\uff10\uff10'],
    ['.*', '3200\n'],
  ])('%s does not let %j through', (extensions, text) => {
    expect(numberCode(text, { ...russian, extensions })).not.toBe('allowed');
  });

  it('never takes a whole phone number past "allow", however wide the pattern is', () => {
    expect(numberCode('810442079460958', { ...russian, extensions: '[0-9]+' })).toBe(
      'destination-not-allowed',
    );
  });

  it('is refused when the pattern would break out of its anchors', () => {
    const broken = refusal(() => dialledNumber('3200', to({ ...russian, extensions: '9)|(.*' })));
    expect(broken.code).toBe('route-invalid');
  });
});
