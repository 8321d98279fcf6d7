import * as z from 'zod/mini';
import { nearest } from '../settings/parameter-names.ts';
import { printable } from '../shared/printable.ts';

// Control characters are refused everywhere: they could forge lines in the PBX's own event stream.
const text = (max: number) =>
  z.string().check(
    z.maxLength(max, `at most ${max} characters`),
    z.refine((value) => !/\p{Cc}/u.test(value), 'holds a control character'),
    z.refine((value) => value.isWellFormed(), 'is not well-formed Unicode'),
  );
const filled = (max: number) => text(max).check(z.minLength(1, 'is empty'));
const strings = (maxValue: number) => z.record(filled(64), text(maxValue));

const digits = z.string().check(z.regex(/^[0-9*#A-Dw]{1,32}$/, 'is 1 to 32 of 0-9 * # A-D and w'));

/** What can be asked for, wherever it comes from. Unknown fields are refused by name. */
export const callbackRequest = z.strictObject({
  to: filled(64),
  agent: z.optional(filled(64)),
  route: z._default(filled(64), 'default'),
  callerId: z.optional(filled(64)),
  variables: z._default(strings(1024), {}),
  timeoutSeconds: z.optional(z.number().check(z.gte(5), z.lte(120))),
  dtmf: z.optional(digits),
  wait: z._default(z.enum(['accepted', 'answered', 'connected', 'completed']), 'accepted'),
  waitSeconds: z._default(z.number().check(z.gte(0), z.lte(900)), 25),
  metadata: z._default(
    strings(1024).check(z.refine((value) => Object.keys(value).length <= 10, 'holds at most 10 entries')),
    {},
  ),
});

export type CallbackRequest = z.infer<typeof callbackRequest>;
export type Wait = CallbackRequest['wait'];

export interface FieldError {
  field: string;
  message: string;
}

export type ParsedRequest = { ok: true; request: CallbackRequest } | { ok: false; errors: FieldError[] };

/** Checks what came from outside; the errors name fields and never repeat values. */
export function parseCallbackRequest(input: unknown): ParsedRequest {
  const parsed = callbackRequest.safeParse(input, { reportInput: true });
  return parsed.success
    ? { ok: true, request: parsed.data }
    : { ok: false, errors: fieldErrors(parsed.error, Object.keys(callbackRequest.def.shape)) };
}

const digitsRequest = z.strictObject({ digits });

/** As parseCallbackRequest, for digits to a live call. */
export function parseDigits(
  input: unknown,
): { ok: true; digits: string } | { ok: false; errors: FieldError[] } {
  const parsed = digitsRequest.safeParse(input, { reportInput: true });
  return parsed.success
    ? { ok: true, digits: parsed.data.digits }
    : { ok: false, errors: fieldErrors(parsed.error, ['digits']) };
}

function fieldErrors(error: z.core.$ZodError, known: readonly string[]): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((step) => printable(String(step)));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: [...path, printable(key)].join('.'),
        message: unknownField(key, known),
      }));
    }
    return [{ field: path.join('.'), message: messageOf(issue) }];
  });
}

/** The classic URL's names, which somebody may put into a body as well. */
const CLASSIC: ReadonlyMap<string, string> = new Map([
  ['num', 'to'],
  ['cid', 'agent'],
]);

function unknownField(key: string, known: readonly string[]): string {
  const meant = CLASSIC.get(key) ?? nearest(key, known);
  return meant !== undefined && known.includes(meant)
    ? `is not known; did you mean ${meant}?`
    : `is not known; known are ${known.join(', ')}`;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  object: 'an object',
  record: 'an object of strings',
};

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${WORDS[issue.expected] ?? issue.expected}`;
    case 'invalid_key':
      return 'has a name that is empty, too long or holds a control character';
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' ? issue.message : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string' ? issue.message : `must be at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}
