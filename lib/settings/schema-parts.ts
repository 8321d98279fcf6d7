import * as z from 'zod/mini';
import { recordOf } from '../shared/record-of.ts';

/** Names such as `main` in `pbx/main/url`. They have no dot, because a bearer key is `<keyId>.<secret>`. */
export const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Reports what a value must be. `at` is the field inside an object. */
export type Refuse = (message: string, ...at: string[]) => void;

/** Returns a check with its own message. zod/mini has no messages, and administrators need to know what to write. */
export function rule<T>(judge: (value: T, refuse: Refuse) => void) {
  return z.check<T>((context) => {
    judge(context.value, (message, ...path) => {
      context.issues.push({ code: 'custom', message, path, input: context.value });
    });
  });
}

/** Returns a check with one message. As with `rule`, a value that fails it reaches no further check. */
export const must = <T>(isValid: (value: T) => boolean, message: string) =>
  rule<T>((value, refuse) => {
    if (!isValid(value)) refuse(message);
  });

const CONTROL_CHARACTER = /\p{Cc}/u;

/** A line of text that is not empty. */
export function text(what: string) {
  const expected = `must be ${what}`;
  return z.string(expected).check(
    rule((value, refuse) => {
      if (value === '') refuse(`${expected}, it is empty`);
      else if (/[\r\n]$/.test(value)) refuse(`${expected}; it ends with a line break. Remove the line break`);
      else if (CONTROL_CHARACTER.test(value)) refuse(`${expected}, without control characters`);
    }),
  );
}

export const textThat = (isValid: (value: string) => boolean, what: string) =>
  text(what).check(must(isValid, `must be ${what}`));

export const matching = (shape: RegExp, what: string) => textThat((value) => shape.test(value), what);

/** A number within bounds. The message is one sentence for a wrong type and a wrong value. */
export const numberWithin = (least: number, most: number, words: string, isAllowed = Number.isFinite) =>
  z
    .number(`must be ${words}`)
    .check(must((value) => value >= least && value <= most && isAllowed(value), `must be ${words}`));

export const integer = (least: number, most: number, more = '') =>
  numberWithin(least, most, `an integer from ${least} to ${most}${more}`, Number.isInteger);

export const seconds = (least: number, most: number, more = '') =>
  numberWithin(least, most, `a number of seconds from ${least} to ${most}${more}`);

export const name = matching(NAME, 'a name of letters, digits, "_" and "-", at most 64');

export const list = <T extends z.core.SomeType>(item: T, what: string) =>
  z.array(item, `must be a list of ${what}`);

export const flag = z.boolean('must be true or false');

/** A list, or a single value instead of it: `"pbx": "main"`. */
export const oneOrMore = <T extends z.core.SomeType>(item: T, what: string) =>
  z.pipe(
    z.transform((value: unknown) => (typeof value === 'string' ? [value] : value)),
    list(item, what).check(must((values) => values.length > 0, `must not be empty: write a list of ${what}`)),
  );

/** Checks a list by one schema and other values by another. A union would not report which inner field is wrong. */
export const listOr = <L extends z.core.$ZodType, O extends z.core.$ZodType>(listed: L, other: O) =>
  z.transform((value: unknown, context): z.output<L> | z.output<O> => {
    const result = z.safeParse<L | O>(Array.isArray(value) ? listed : other, value);
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues)
      context.issues.push({ code: 'custom', path, message, input: value });
    return z.NEVER;
  });

/** An object whose names the administrator chooses, such as those of variables, or dates. */
export const named = <T extends z.core.SomeType>(
  isName: (name: string) => boolean,
  nameWords: string,
  item: T,
  what: string,
) =>
  recordOf(z.string(), item, `must be ${what}`).check(
    rule((entries, refuse) => {
      const odd = Object.keys(entries).find((key) => !isName(key));
      if (odd !== undefined) refuse(`must be ${nameWords}`, odd);
    }),
  );

/** Accepts an integer and converts it to the text that Asterisk expects: `"priority": 1`. */
export const numberOrText = <T extends z.core.$ZodType<unknown, string>>(item: T) =>
  z.pipe(
    z.transform((value: unknown) => (Number.isInteger(value) ? String(value) : value)),
    item,
  );

/** Text with known `{placeholders}`. */
export const template = (what: string, placeholders: readonly string[]) => {
  const known = placeholders.map((word) => `{${word}}`);
  return text(what).check(
    must(
      (value) => !/[{}]/.test(known.reduce((left, placeholder) => left.replaceAll(placeholder, ''), value)),
      `may hold no other placeholder than ${known.join(', ')}`,
    ),
  );
};

/** Whether a function throws no error. */
export function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

/**
 * The source of a regular expression that must match a whole value. The parsed pattern always has anchors. Without them,
 * `3[0-9]{3}` would accept `3200&PJSIP/boss`.
 */
export const wholePattern = (what: string) =>
  z.pipe(
    text(what).check(
      must(
        (source) => succeeds(() => new RegExp(source)),
        `must be ${what}, and a regular expression that compiles`,
      ),
    ),
    z.transform((source) => (/^\^[^|]*(?<!\\)\$$/.test(source) ? source : `^(?:${source})$`)),
  );
