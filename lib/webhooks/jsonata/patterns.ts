import { type Implementation, lengthOf, MAX_LETTERS, tooMuch } from './native.ts';

/** What jsonata calls for a match or a replacement: a regular expression, or a function of the expression's own. */
interface Callable {
  apply(self: unknown, args: unknown[]): unknown;
}

interface Match {
  match?: unknown;
  groups?: unknown;
  next: Callable;
}

/** What is done with many parts may cost the square of their number: `$distinct` compares them all. */
const MAX_PARTS = 1000;

/** `$split` that gives up before it makes more than MAX_PARTS, be it by text or by a regular expression. */
export const shortSplit = (native: Implementation): Implementation =>
  async function (text, separator, limit) {
    let found = 0;
    const matcher = isCallable(separator)
      ? counting(separator, () => {
          if (++found > MAX_PARTS) throw tooMuch('split');
        })
      : separator;
    const parts = await native.call(this, text, matcher, limit);
    if (Array.isArray(parts) && parts.length > MAX_PARTS) throw tooMuch('split');
    return parts;
  };

/**
 * `$replace` that gives up before it has made more than MAX_LETTERS: a long replacement for every letter of a long text
 * is gigabytes. With a regular expression, how much its groups catch is known only while it goes on, and they may catch
 * the same text again and again.
 */
export function countedReplace(native: Implementation): Implementation {
  return function (text, pattern, replacement, limit = Number.POSITIVE_INFINITY) {
    let left = MAX_LETTERS;
    const spend = (letters: number): void => {
      left -= letters;
      if (left < 0) throw tooMuch('replace');
    };
    if (isCallable(pattern)) {
      const each = lengthOf(replacement);
      const matcher = counting(pattern, (match) => spend(each * (1 + caught(match))));
      const replacer = isCallable(replacement) ? measured(replacement, spend) : replacement;
      return native.call(this, text, matcher, replacer, limit);
    }
    // What is no text would be written out, be it the word "undefined".
    if (typeof replacement !== 'string') throw { code: 'T0410' };
    if (typeof text === 'string' && typeof pattern === 'string' && pattern !== '') {
      spend(Math.min(text.split(pattern).length - 1, Number(limit)) * replacement.length);
    }
    return native.call(this, text, pattern, replacement, limit);
  };
}

const isCallable = (value: unknown): value is Callable =>
  (typeof value === 'function' || typeof value === 'object') &&
  value !== null &&
  typeof Reflect.get(value, 'apply') === 'function';

const counting = (matcher: Callable, count: (match: Match) => void): Callable => ({
  async apply(self, args) {
    const match = (await matcher.apply(self, args)) as Match | undefined;
    if (!match) return match;
    count(match);
    return { ...match, next: counting(match.next, count) };
  },
});

const measured = (replacement: Callable, spend: (letters: number) => void): Callable => ({
  async apply(self, args) {
    const made = await replacement.apply(self, args);
    spend(lengthOf(made));
    return made;
  },
});

const caught = ({ match, groups }: Match): number =>
  [match, ...(Array.isArray(groups) ? groups : [])].reduce((sum: number, text) => sum + lengthOf(text), 0);
