import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { applyMap } from '../../lib/webhooks/map.ts';
import { maps } from '../support/webhooks/reading.ts';

const LONG = 'a'.repeat(30_000);
const NAME = 'b'.repeat(8000);
const IDEOGRAPHS = String.fromCodePoint(...Array.from({ length: 15_000 }, (_, index) => 0x4e00 + index));
const MANY = { items: Array(1900).fill(1), text: LONG };

const DOUBLED_TEXT = '$f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $x := $f(text, n)';
const DOUBLED_TREE = '$f := function($x, $n) { $n = 0 ? $x : $f({"a": $x, "b": $x}, $n - 1) }';

type Case = [what: string, expression: string, payload: unknown];

/** Honest expressions with hostile events, and hostile expressions. */
const TOO_MUCH: Case[] = [
  ['a text of 240 MB', '$string($length($replace(text, "a", name)))', { text: LONG, name: NAME }],
  ['a text of 900 MB', '$replace(text, "a", name)', { text: LONG, name: LONG }],
  ['a text of 900 MB by a regular expression', '$replace(text, /a/, name)', { text: LONG, name: LONG }],
  ['a group that catches ever more', '$replace(text, /(?<=(a*))a/, name)', { text: LONG, name: '$1$1$1' }],
  ['a function that returns long texts', '$replace(text, /a/, function($m) { $$.text })', { text: LONG }],
  ['500 million blanks', '$pad(text, width)', { text: 'a', width: 500_000_000 }],
  ['500 million letters to the left', '$pad(text, width, "ab")', { text: 'a', width: -500_000_000 }],
  ['the length of 500 million blanks', '$string($length($pad(text, width)))', { text: 'a', width: 5e8 }],
  ['base64 of 400 million blanks', '$base64encode($pad(text, width))', { text: 'a', width: 4e8 }],
  ['two texts of 40 MB in capitals', '$uppercase($pad(t, n)) & $uppercase($pad(t, n))', { t: 'a', n: 4e7 }],
  ['a long separator', '$string($length($join(list, text)))', { text: LONG, list: Array(2000).fill('x') }],
  ['15,000 different parts', '$string($count($distinct($split(text, ""))))', { text: IDEOGRAPHS }],
  [
    'a picture of a date with 9000 parts',
    '$string($toMillis(text, picture))',
    { text: 'a', picture: '[Y]'.repeat(9000) },
  ],
  [
    'a picture of a date that backtracks',
    '$string($toMillis(text, picture))',
    { text: `${'a'.repeat(90)}!`, picture: '[MNn][FNn]'.repeat(8) },
  ],
  [
    'a year of 20 million digits',
    '$string($length($fromMillis(1, picture)))',
    { picture: '[Y,20000000-30000000]' },
  ],
  ['a long picture of a number', '$formatNumber(1, picture)', { picture: `${'#,'.repeat(15_000)}0` }],
  ['a long picture of an integer', '$formatInteger(1, picture)', { picture: '0,'.repeat(15_000) }],
  ['a Roman number of a million letters', '$formatInteger(n, "I")', { n: 1e9 }],
  ['words for an integer', '$string($parseInteger(text, "w"))', { text: 'one hundred and '.repeat(3000) }],
  ['a tree that doubles, as text', `(${DOUBLED_TREE}; $string($f("x", n)))`, { n: 40 }],
  ['a tree that doubles, compared', `(${DOUBLED_TREE}; $f("x", n) = $f("x", n) ? "1" : "0")`, { n: 40 }],
  ['a tree that doubles, searched', `(${DOUBLED_TREE}; $string($count($f("x", n).**)))`, { n: 40 }],
  ['a text that doubles, compared', `(${DOUBLED_TEXT}; $x < $x & "a" ? "1" : "0")`, { text: LONG, n: 14 }],
  ['a text that doubles, as a name', `(${DOUBLED_TEXT}; $keys({$x: 1}))`, { text: LONG, n: 14 }],
  ['a text that a list adds to', '$keys({$reduce(items, function($a, $i) { $a & $$.text }): 1})', MANY],
  [
    'a list that doubles',
    '($f := function($a, $n) { $n = 0 ? $a : $f($append($a, $a), $n - 1) }; $f(items, 30))',
    MANY,
  ],
  ['ten million numbers', '$string($sum([1..9999999]))', {}],
  ['many long texts joined', '$join($map([1..2000], function($i) { text }), text)', { text: LONG }],
  [
    'nested repetitions in a regular expression',
    `$match(text, /${'(a|b|c)*'.repeat(150)}x/)`,
    { text: LONG },
  ],
];

/** Much, but done in time. */
const MUCH: [...Case, result: string][] = [
  ['30,001 parts', '$string($count($split(text, /a/)))', { text: LONG }, '30001'],
  ['a long text searched for', '$contains(text, part) ? "a" : "b"', { text: LONG, part: `${LONG}b` }, 'b'],
  ['a list of 900 texts, sorted', '$string($count($sort(l)))', { l: Array(900).fill('x'.repeat(10)) }, '900'],
];

/** Runs a map in a process that is already there, and compares it with a timer: a busy machine delays both. */
async function timed(run: () => Promise<unknown>): Promise<{ took: number; timer: number }> {
  await applyMap({ to: '"1"' }, {}, 'crm', maps);
  const started = performance.now();
  const timer = sleep(250).then(() => performance.now() - started);
  await run();
  return { took: performance.now() - started, timer: await timer };
}

describe('applyMap', () => {
  it.each(TOO_MUCH)(
    'refuses within 300 ms, and needs no memory of its own, for %s',
    { retry: 2 },
    async (_, to, payload) => {
      const before = process.memoryUsage().rss;
      const { took, timer } = await timed(() =>
        expect(applyMap({ to }, payload, 'crm', maps)).rejects.toMatchObject({ code: 'map-failed' }),
      );
      expect(took).toBeLessThan(timer + 50);
      expect(process.memoryUsage().rss - before).toBeLessThan(32 * 2 ** 20);
    },
  );

  it.each(MUCH)('yields a result within 300 ms for %s', { retry: 2 }, async (_, to, payload, result) => {
    const { took, timer } = await timed(async () =>
      expect(await applyMap({ to }, payload, 'crm', maps)).toEqual({ to: result }),
    );
    expect(took).toBeLessThan(timer + 50);
  });
});
