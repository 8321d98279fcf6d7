import { describe, expect, it } from 'vitest';
import { applyMap } from '../../lib/webhooks/map.ts';

const LONG = 'a'.repeat(30_000);
/** With it in the place of every letter, Node itself would come to its end. */
const NAME = 'b'.repeat(8000);
/** Each of them different from all others, and none of them a letter of a number. */
const IDEOGRAPHS = String.fromCodePoint(...Array.from({ length: 15_000 }, (_, index) => 0x4e00 + index));

/** Neither is a function of jsonata's: what it makes is looked at by the next step. */
const DOUBLED = '$f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $x := $f(text, n)';
const TREES = '$f := function($x, $n) { $n = 0 ? $x : $f({"a": $x, "b": $x}, $n - 1) }';
const MANY = { items: Array(1900).fill(1), text: LONG };

/** What an honest expression is brought to by what a stranger writes. */
const COSTLY: [says: string, to: string, payload: unknown][] = [
  ['much text', '$string($length($replace(text, "a", name)))', { text: LONG, name: NAME }],
  ['gigabytes of text', '$replace(text, "a", name)', { text: LONG, name: LONG }],
  ['gigabytes by a regular expression', '$replace(text, /a/, name)', { text: LONG, name: LONG }],
  ['what is caught again and again', '$replace(text, /(?<=(a*))a/, name)', { text: LONG, name: '$1$1$1' }],
  ['a function that answers at length', '$replace(text, /a/, function($m) { $$.text })', { text: LONG }],
  ['padding', '$pad(text, width)', { text: 'a', width: 500_000_000 }],
  ['padding to the left', '$pad(text, width, "ab")', { text: 'a', width: -500_000_000 }],
  ['a long separator', '$string($length($join(list, text)))', { text: LONG, list: Array(2000).fill('x') }],
  ['parts that are all different', '$string($count($distinct($split(text, ""))))', { text: IDEOGRAPHS }],
  ['parts by a regular expression', '$string($count($split(text, /a/)))', { text: LONG }],
  ['a picture of a date', '$string($toMillis(text, picture))', { text: 'a', picture: '[Y]'.repeat(9000) }],
  [
    'a picture that backtracks',
    '$string($toMillis(text, picture))',
    { text: `${'a'.repeat(90)}!`, picture: '[MNn][FNn]'.repeat(8) },
  ],
  ['a long date for a short picture', '$string($toMillis(text, "[MNn][FNn][P]"))', { text: `${LONG}!` }],
  ['a wide year', '$string($length($fromMillis(1, picture)))', { picture: '[Y,20000000-30000000]' }],
  ['a wide year, now', '$now(picture)', { picture: '[Y, 2 0 0 0 0 0 0 0]' }],
  ['a picture of a number', '$formatNumber(1, picture)', { picture: `${'#,'.repeat(15_000)}0` }],
  ['a picture of an integer', '$formatInteger(1, picture)', { picture: '0,'.repeat(15_000) }],
  ['a Roman number', '$formatInteger(n, "I")', { n: 1e9 }],
  ['words for an integer', '$string($parseInteger(text, "w"))', { text: 'one hundred and '.repeat(3000) }],
  ['a long text that is searched for', '$contains(text, part) ? "a" : "b"', { text: LONG, part: `${LONG}b` }],
  [
    'a tree that doubles',
    '($f := function($x, $n) { $n = 0 ? $string($x) : $f({"a": $x, "b": $x}, $n - 1) }; $f("x", n))',
    { n: 40 },
  ],
  ['text that doubles, compared', `(${DOUBLED}; $x < $x & "a" ? "1" : "0")`, { text: LONG, n: 14 }],
  ['text that doubles, as a name', `(${DOUBLED}; $keys({$x: 1}))`, { text: LONG, n: 14 }],
  ['text that a list adds to', '$keys({$reduce(items, function($a, $i) { $a & $$.text }): 1})', MANY],
  ['trees that double, compared', `(${TREES}; $f("x", n) = $f("x", n) ? "1" : "0")`, { n: 40 }],
  ['a tree that doubles, searched', `(${TREES}; $string($count($f("x", n).**)))`, { n: 40 }],
];

describe('What would cost too much', () => {
  // Something else may hold the machine for a moment.
  it.each(COSTLY)('is refused within 300 ms: %s', { retry: 2 }, async (_, to, payload) => {
    const started = performance.now();
    await expect(applyMap({ to }, payload, 'crm')).rejects.toMatchObject({ code: 'map-failed' });
    expect(performance.now() - started).toBeLessThan(300);
  });
});

const EVENT = {
  phone: '8 (495) 123-45-00',
  name: 'Ivan',
  at: '2026-05-15T18:05:00Z',
  day: '15.05.2026',
  tags: ['b', 'a'],
  cost: 1234.5,
};

describe('What an event asks for honestly', () => {
  it.each([
    ['$replace(phone, "8 (", "+7 (", 1)', '+7 (495) 123-45-00'],
    ['$replace(phone, /^8 \\((\\d+)\\) /, "+7 $1 ")', '+7 495 123-45-00'],
    ['$replace(name, /[aeiou]/, function($m) { $uppercase($m.match) })', 'IvAn'],
    ['$replace(name, /x/, "y")', 'Ivan'],
    ['$pad(name, 6, "-")', 'Ivan--'],
    ['$pad(name, -6)', '  Ivan'],
    ['$join($map(tags, $uppercase), ",")', 'B,A'],
    ['$join($split(phone, /[^0-9]+/), "")', '84951234500'],
    ['$split(day, /\\./)[2]', '2026'],
    ['$split(day, ".", 2)[1]', '05'],
    ['$join($split("x", /,/), "")', 'x'],
    ['$string($toMillis(at))', '1778868300000'],
    ['$string($toMillis(day, "[D01].[M01].[Y0001]"))', '1778803200000'],
    ['$fromMillis(1778868300000, "[H01]:[m01] [D01]/[M01]/[Y0001]")', '18:05 15/05/2026'],
    ['$fromMillis(1778868300000, "[MNn,3-3] [Y,2-2]")', 'May 26'],
    ['$string($toMillis($now()) > 1700000000000)', 'true'],
    ['$now("[Y0001]") > "2000" ? "later" : "before"', 'later'],
    ['$formatNumber(cost, "#,##0.00")', '1,234.50'],
    ['$formatInteger(2026, "I")', 'MMXXVI'],
    ['$string($parseInteger("twenty-one", "w"))', '21'],
    ['$substringAfter(phone, ") ")', '123-45-00'],
    ['phone ~> $replace("8 ", "+7 ") ~> $substringBefore(")")', '+7 (495'],
    ['($short := $replace(?, " ", ""); $short(phone))', '8(495)123-45-00'],
    ['$string(tags)', '["b","a"]'],
    ['$base64decode($base64encode(name))', 'Ivan'],
  ])('is done: %s', async (to, expected) => {
    expect(await applyMap({ to }, EVENT, 'crm')).toEqual({ to: expected });
  });

  it('is nothing where nothing is there', async () => {
    for (const to of ['$replace(x, "a", "b")', '$split(x, /a/)', '$pad(x, 5)', '$toMillis(x)', '$string(x)'])
      expect(await applyMap({ to }, EVENT, 'crm')).toEqual({});
  });

  it('is never the word "undefined"', async () => {
    const broken = applyMap({ to: '$replace(phone, "8", prefix)' }, EVENT, 'crm');
    await expect(broken).rejects.toMatchObject({ code: 'map-failed' });
  });
});
