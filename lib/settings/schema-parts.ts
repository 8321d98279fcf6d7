import * as z from 'zod/mini';

/** Names such as `main` in `pbx/main/url`. They have no dot, because a bearer key is `<keyId>.<secret>`. */
export const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Reports what a value must be. `at` is the field inside an object. */
type Refuse = (message: string, ...at: string[]) => void;

/** Returns a check with its own message. zod/mini has no messages, and administrators need to know what to write. */
export function rule<T>(judge: (value: T, refuse: Refuse) => void) {
  return z.check<T>((context) => {
    judge(context.value, (message, ...path) => {
      context.issues.push({ code: 'custom', message, path, input: context.value });
    });
  });
}

const CONTROL_CHARACTER = /\p{Cc}/u;

export function text(what: string, judge: (value: string, refuse: Refuse) => void = () => {}) {
  const expected = `must be ${what}`;
  return z.string(expected).check(
    rule((value, refuse) => {
      if (value === '') refuse(`${expected}, it is empty`);
      else if (/[\r\n]$/.test(value)) refuse(`${expected}; it ends with a line break, remove it`);
      else if (CONTROL_CHARACTER.test(value)) refuse(`${expected}, without control characters`);
      else judge(value, refuse);
    }),
  );
}

export const matching = (shape: RegExp, what: string) =>
  text(what, (value, refuse) => {
    if (!shape.test(value)) refuse(`must be ${what}`);
  });

export const name = matching(NAME, 'a name of letters, digits, "_" and "-", at most 64');

export const list = <T extends z.core.SomeType>(item: T, what: string) =>
  z.array(item, `must be a list of ${what}`);

export const flag = z.boolean('must be true or false');

/** A list, or a single value instead of it: `"pbx": "main"`. */
export const oneOrMore = <T extends z.core.SomeType>(item: T, what: string) =>
  z.pipe(
    z.transform((value: unknown) => (typeof value === 'string' ? [value] : value)),
    list(item, what).check(
      rule((values, refuse) => {
        if (values.length === 0) refuse(`must be a list of ${what}, it is empty`);
      }),
    ),
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

/** An object whose names the administrator chooses, such as those of variables. */
export const named = <T extends z.core.SomeType>(
  nameShape: RegExp,
  nameWords: string,
  item: T,
  what: string,
) =>
  z.record(z.string(), item, `must be ${what}`).check(
    rule((entries, refuse) => {
      const odd = Object.keys(entries).find((key) => !nameShape.test(key));
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
export const template = (
  what: string,
  placeholders: readonly string[],
  judge: (value: string, refuse: Refuse) => void = () => {},
) =>
  text(what, (value, refuse) => {
    const rest = placeholders.reduce((left, word) => left.replaceAll(`{${word}}`, ''), value);
    if (/[{}]/.test(rest))
      refuse(`may hold no other placeholder than ${placeholders.map((word) => `{${word}}`).join(', ')}`);
    else judge(value, refuse);
  });

/**
 * The source of a regular expression that must match a whole value. The parsed pattern always has anchors. Without them,
 * `3[0-9]{3}` would accept `3200&PJSIP/boss`.
 */
export const wholePattern = (what: string) =>
  z.pipe(
    text(what, (value, refuse) => {
      try {
        new RegExp(value);
      } catch {
        refuse(`must be ${what}, and a regular expression that compiles`);
      }
    }),
    z.transform((source) => (/^\^[^|]*(?<!\\)\$$/.test(source) ? source : `^(?:${source})$`)),
  );
