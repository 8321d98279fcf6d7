import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastDigits, mask, maskNumbers } from '../../lib/shared/mask.ts';

describe('mask', () => {
  it.each([
    ['+74951234567', '+*********67'],
    ['8 (495) 123-45-67', '* (***) ***-**-67'],
    ['112', '*12'],
    ['٧٤٩٥', '**٩٥'],
    ['anna', 'anna'],
    ['', ''],
  ])('turns %j into %j', (number, shown) => {
    expect(mask(number)).toBe(shown);
  });
});

describe('lastDigits', () => {
  it.each([
    ['+74951234567', '…67'],
    ['123', '…23'],
    ['12', '12'],
  ])('turns %j into %j, which does not look like a feature code', (number, shown) => {
    expect(lastDigits(number)).toBe(shown);
  });
});

describe('maskNumbers', () => {
  it.each([
    ['+7 (495) 123-45-67', '+* (***) ***-**-67'],
    ['+74951234567', '+*********67'],
    ['8.495.123.45.67', '*.***.***.**.67'],
    ['495/1234567', '***/*****67'],
    ['call 8\u00a0495\u00a0123\u201145\u201167 now', 'call *\u00a0***\u00a0***\u2011**\u201167 now'],
    ['tel:+1-201-555-0123', 'tel:+*-***-***-**23'],
    ['\u202d+44 7976 399087\u202c', '\u202d+** **** ****87\u202c'],
    ['٠٣٠ ١٢٣٤٥٦٧', '*** *****٦٧'],
    ['＋７ ４９５ １２３４５６７', '＋* *** *****６７'],
    ['6123 4567', '**** **67'],
    ['+45 12.34.56.78', '+** **.**.**.78'],
    ['06.12.34.56.78', '**.**.**.**.78'],
    ['7%20%28495%29%20123-45-67', '*%**%*****%**%*****-**-67'],
    ['num=+7+495+123+45+67', 'num=+*+***+***+**+67'],
    ['030901820.0', '********0.0'],
    ['x4951234567x', 'x********67x'],
    ['PJSIP/+74951234567-0000001a;1', 'PJSIP/+*********67-0000001a;1'],
    ['Local/84951234567@ctx-00000012;2', 'Local/*********67@ctx-00000012;2'],
    ['2026-11-29 84951234567', '2026-11-29 *********67'],
    ['from 203.0.113.7 to 8 495 123-45-67', 'from 203.0.113.7 to * *** ***-**-67'],
    ['1 495 123-45-67, 2 495 765-43-21', '* *** ***-**-67, * *** ***-**-21'],
  ])('masks %j', (text, masked) => {
    expect(maskNumbers(text)).toBe(masked);
  });

  it.each([
    ...['agent 3200', 'agents 3200, 3201 and 320000', 'dial 112', '3200@internal', 'PJSIP/3200-00000012'],
    ...['Local/3200@phones-0000001a;2', 'SIP/3200-12345678', 'cb_00000000000012345678901234567890'],
    ...['550e8400-e29b-41d4-a716-446655440000', '1-5759e988-bd862e3fe1be46a994272793'],
    ...['d41d8cd98f00b204e9800998ecf8427e', 'arn:aws:iam::123456789012:role/crm'],
    ...[
      '2026-11-29',
      '2026-11-29T00:16:31.417Z',
      '2026/11/29 00:16',
      '15.05.2026',
      '1/5/2026',
      '18:05:12.417',
    ],
    ...['127.0.0.1:8089', '203.0.113.77', '::ffff:203.0.113.77', '2001:db8:1234:5678::1', '10.20.30.40/24'],
    ...['1500 ms', '12.5 s', '16777216 bytes', '1234567ms', '512 MB', 'HTTP/1.1 503', 'status 404', 'D1012'],
    ...['Asterisk 22.10.1', 'webhook.cjs:1:1234567', 'line 12, column 345', '5 of 10 tries after 300 s'],
  ])('leaves %j readable', (text) => {
    expect(maskNumbers(text)).toBe(text);
  });

  /** Digits of one script, in groups, as people, browsers and word processors separate them. */
  const digits = fc.constantFrom(
    '0123456789',
    '٠١٢٣٤٥٦٧٨٩',
    '۰۱۲۳۴۵۶۷۸۹',
    '०१२३४५६७८९',
    '０１２３４５６７８９',
  );
  const separator = fc.constantFrom(
    ...[
      '',
      ' ',
      '-',
      '.',
      '/',
      '(',
      ') ',
      ' (',
      '\u00a0',
      '\u202f',
      '\u2007',
      '\t',
      '\u2010',
      '\u2011',
      '\u2013',
    ],
    ...['\u2212', '\u200b', '\u00ad', '\u202d', '\u2060', '\ufeff', ' - ', ' / ', '+', '%20', '%C2%A0', '’'],
  );
  const number = fc
    .record({
      script: digits,
      groups: fc.array(fc.tuple(fc.nat(9), separator), { minLength: 7, maxLength: 15 }),
    })
    .map(({ script, groups }) => groups.map(([digit, between]) => script[digit] + between).join(''));
  const word = fc.constantFrom(
    '',
    'Extension ',
    'to=',
    '<sip:',
    'Номер: ',
    '"',
    '[3200] ',
    '3200, ',
    '404: ',
    '\n',
  );

  it('never shows more than the last two digits of an international number, whatever is between the digits', () => {
    fc.assert(
      fc.property(word, fc.constantFrom('+', '＋', '00'), number, word, (before, plus, written, after) => {
        const masked = maskNumbers(`${before}${plus}${written}, ${after}`);
        const shown = masked.slice(before.length, masked.length - after.length);
        const visible = shown.replace(/%[0-9A-F*]{2}/g, '').match(/\p{Nd}/gu) ?? [];
        expect(visible.length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('changes nothing but digits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), number, (text, written) => {
        const all = `${text}${written}${text}`;
        expect(maskNumbers(all).replace(/[\p{Nd}*]/gu, '')).toBe(all.replace(/[\p{Nd}*]/gu, ''));
      }),
    );
  });

  it.each(['1', '1-', '12:', 'Abc/', 'f', '0x', '1.', ' 1', '%20', '2026-', 'cb_0', '1\u00ad'])(
    'needs less than 100 ms for the hostile text %j, however long it is',
    { retry: 2 },
    (part) => {
      const text = part.repeat(1_000_000);
      const started = performance.now();
      expect(maskNumbers(text).length).toBe(16_384);
      expect(performance.now() - started).toBeLessThan(100);
    },
  );
});
