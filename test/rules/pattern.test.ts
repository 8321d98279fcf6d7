import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCheap, matchesWhole } from '../../lib/rules/pattern.ts';
import { DEFAULT_AGENTS } from '../../lib/settings/route-settings.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';
import { plan, refusal } from '../support/rules/fixtures.ts';

/** Patterns whose time doubles with each character, and a value that no one of them matches quickly. */
const EXPONENTIAL = [
  '^(3?[0-9]+)*$',
  '(3|3)*',
  '([0-9]+)+',
  '([0-9]|[0-9][0-9])+',
  '(?=([0-9]+)+$)[0-9]*',
  '(\\d*)*',
];
const CUBIC = '[0-9]*[0-9]*[0-9]*[0-9]*';

describe('a pattern', () => {
  it.each([...EXPONENTIAL, CUBIC])('is stopped when it takes too long: %s', (pattern) => {
    const value = `${'3'.repeat(pattern === CUBIC ? 1023 : 60)}x`;
    let stopped: ReturnType<typeof refusal> | undefined;
    // Some of these would take longer than the universe has existed.
    const spent = cpuTimeOf(() => {
      stopped = refusal(() => matchesWhole(pattern, value));
    });
    expect(spent).toBeLessThan(3_000);
    expect(stopped).toMatchObject({
      code: 'route-invalid',
      message: 'A pattern of this route takes too long to match',
      hint: expect.stringContaining(pattern),
    });
  });

  it('is stopped wherever a route has one', () => {
    const [evil = ''] = EXPONENTIAL;
    const name = `${'3'.repeat(30)}x`;
    expect(refusal(() => plan({ agent: name }, { agents: evil })).code).toBe('route-invalid');
    const variables = { A: `${'3'.repeat(60)}x` };
    expect(refusal(() => plan({ variables }, { variables: { A: evil } })).code).toBe('route-invalid');
  });

  it('works again after one was stopped', () => {
    expect(() => matchesWhole(EXPONENTIAL[0] ?? '', `${'3'.repeat(60)}x`)).toThrow('takes too long');
    expect(matchesWhole('3[0-9]{3}', '3200')).toBe(true);
    expect(matchesWhole('3[0-9]{3}', '4200')).toBe(false);
  });

  it('does not match a value of more than 1024 characters', () => {
    expect(matchesWhole('3*', '3'.repeat(1024))).toBe(true);
    expect(matchesWhole('3*', '3'.repeat(1025))).toBe(false);
  });

  it.each([
    [DEFAULT_AGENTS, '3200', true],
    [DEFAULT_AGENTS, '112', false],
    ['(?<!x)3[0-9]+', '32', true],
    ['(3)\\1', '33', true],
    ['[\\p{L} ]+', 'Иван Петров', true],
    ['[\\p{L} ]+', 'Иван, Петров', false],
    ['\\d{3}\\-\\d', '123-4', true],
    ['.', '\u{1f600}', true],
  ])('has the whole syntax of JavaScript, with Unicode: %s on %s is %s', (pattern, value, matches) => {
    expect(matchesWhole(pattern, value)).toBe(matches);
  });

  it.each([
    ['^3[0-9]{3}$', 32, true],
    [DEFAULT_AGENTS, 32, true],
    ['[0-9]+', 1024, true],
    ['[A-Z]{2,5}-[0-9]+', 32, true],
    ['.*', 1024, true],
    ['\\)*[)]+', 32, true],
    ['([0-9]+)*', 32, false],
    ['(3|3){2,}', 32, false],
    ['.*[0-9].*', 32, true],
    ['.*[0-9].*', 1024, false],
    ['3*3*3*3*3*', 32, false],
    ['3{0,9}3{0,9}3{0,9}3{0,9}3{0,9}3{0,9}', 32, false],
  ])(
    'is matched without a time limit only if it is simple: %s on %i characters: %s',
    (pattern, length, is) => {
      expect(isCheap(pattern, length)).toBe(is);
    },
  );

  it('matches what its alternatives match, and nothing around them', () => {
    const word = fc.stringMatching(/^[0-9a-z]{1,4}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 3 }),
        word,
        fc.boolean(),
        (words, value, anchored) => {
          const pattern = anchored ? `^${words.join('|')}$` : words.join('|');
          expect(matchesWhole(pattern, value)).toBe(words.includes(value));
        },
      ),
    );
  });
});
