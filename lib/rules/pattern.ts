import { createContext, Script } from 'node:vm';
import { CallbackError } from '../calls/callback-error.ts';

/** No value that a pattern judges is longer. Backtracking grows with the length of the value. */
const MAX_LENGTH = 1024;
/** A sane pattern takes microseconds. V8 stops a match that takes longer, which works for every regular expression. */
const TIMEOUT_MS = 250;

/**
 * Whether a pattern of the settings matches the whole text, anchored or not: `3[0-9]{3}` must not accept `13200`, nor
 * `^32|33$` accept `3299`.
 *
 * @throws CallbackError route-invalid for a pattern that is not a regular expression or takes too long.
 */
export function matchesWhole(pattern: string, text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  const regex = wholeRegex(pattern);
  try {
    return within(TIMEOUT_MS, () => regex.test(text));
  } catch {
    throw new CallbackError('route-invalid', 'A pattern of this route takes too long to match', {
      hint: `The pattern ${pattern} backtracks: write it without repetitions inside repetitions, such as ([0-9]+)*`,
    });
  }
}

/**
 * The pattern with anchors. It must be a regular expression by itself first: `a)|(b` would break out of the group that
 * anchors it.
 */
function wholeRegex(pattern: string): RegExp {
  try {
    new RegExp(pattern);
    return withUnicode(`^(?:${pattern})$`);
  } catch (error) {
    throw new CallbackError('route-invalid', 'A pattern of this route is not a regular expression', {
      hint: `Write a regular expression instead of ${pattern}`,
      cause: error,
    });
  }
}

/** Only with the flag `u` does `\p{L}` mean a letter. A pattern with needless backslashes compiles only without it. */
function withUnicode(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
}

const script = new Script('run()');
let context: { run?: () => unknown } | undefined;

function within<T>(timeout: number, run: () => T): T {
  context ??= createContext({});
  context.run = run;
  return script.runInContext(context, { timeout }) as T;
}
