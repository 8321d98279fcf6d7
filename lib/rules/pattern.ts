import { createContext, Script } from 'node:vm';
import { CallbackError } from '../problems/callback-error.ts';

/** The longest value that is matched. Backtracking grows with the length of the value. */
const MAX_LENGTH = 1024;
/** Steps that take well under a millisecond. */
const CHEAP_STEPS = 100_000;
/** V8 stops any match after this time. A good pattern takes microseconds. */
const TIMEOUT_MS = 100;
/** A busy machine can stop the process for longer than the time-out. So one time-out does not prove a slow pattern. */
const ATTEMPTS = 3;

/**
 * Returns whether a pattern of the settings matches the whole text. The pattern needs no anchors: `3[0-9]{3}` does not accept
 * `13200`, and `^32|33$` does not accept `3299`.
 *
 * @throws CallbackError route-invalid for a pattern that is not a regular expression or takes too long.
 */
export function matchesWhole(pattern: string, text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  const regex = wholeRegex(pattern);
  if (isCheap(pattern, text.length)) return regex.test(text);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const matches = within(TIMEOUT_MS, () => regex.test(text));
    if (matches !== undefined) return matches;
  }
  throw new CallbackError('route-invalid', 'A pattern of this route takes too long to match', {
    hint: `The pattern ${pattern} backtracks: write it without repetitions inside repetitions, such as ([0-9]+)*`,
  });
}

/** Adds anchors to a pattern. Compiles the bare pattern first, because `a)|(b` would break out of the anchored group. */
function wholeRegex(pattern: string): RegExp {
  try {
    new RegExp(pattern);
    return new RegExp(`^(?:${pattern})$`, flagsOf(pattern));
  } catch (error) {
    throw new CallbackError('route-invalid', 'A pattern of this route is not a regular expression', {
      hint: `Write a regular expression instead of ${pattern}`,
      cause: error,
    });
  }
}

/** Only with the flag `u` does `\p{L}` mean a letter. A pattern with needless backslashes compiles only without it. */
export function flagsOf(pattern: string): string {
  try {
    new RegExp(pattern, 'u');
    return 'u';
  } catch {
    return '';
  }
}

/**
 * Returns whether a pattern is so simple that a value of this length never takes long. In a simple pattern no group repeats,
 * and the other repetitions can divide the value in only a few ways. Most patterns of routes are simple.
 */
export function isCheap(pattern: string, length: number): boolean {
  const plain = pattern
    .replace(/\\./g, 'x')
    .replace(/\[[^\]]*\]/g, 'x')
    .replace(/\(\?(?:[:=!]|<[=!]|<\w+>)/g, '(');
  if (/\)[*+?{]/.test(plain)) return false;
  let steps = 1;
  for (const [repetition, least, most] of plain.matchAll(/[*+?]|\{(\d+)(?:,(\d*))?\}/g)) {
    if (repetition === '?') steps *= 2;
    else if (least === undefined || most === '') steps *= length + 1;
    else steps *= Math.min(Number(most ?? least) - Number(least), length) + 1;
  }
  return steps <= CHEAP_STEPS;
}

const script = new Script('run()');
let context: { run?: () => unknown } | undefined;

/** Returns undefined if the work took too long. */
function within<T>(timeout: number, run: () => T): T | undefined {
  context ??= createContext({});
  context.run = run;
  try {
    return script.runInContext(context, { timeout }) as T;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}
