import type * as z from 'zod/mini';
import type { FieldProblem } from '../problems/problem-codes.ts';
import { nearestWord } from '../shared/nearest-word.ts';
import { printable } from '../shared/printable.ts';
import { placeOfOtherField } from './fields-of-other-apis.ts';

/** Returns one problem for each wrong field. @param known The fields of the schema. */
export function fieldErrors(error: z.core.$ZodError, known: readonly string[]): FieldProblem[] {
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

function unknownField(key: string, known: readonly string[]): string {
  const place = placeOfOtherField(key);
  if (place !== undefined) return `is not known. ${place}`;
  const meant = nearestWord(key, known);
  return meant === undefined
    ? `is not known; known are ${known.join(', ')}`
    : `is not known; did you mean ${meant}?`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  int: 'a whole number',
  object: 'an object',
  record: 'an object of strings',
};

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_union':
      return 'must be a string or a whole number';
    case 'invalid_key':
      return 'has a name that is empty, too long or holds a control character';
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' ? issue.message : `must be at least ${issue.minimum}`;
    case 'too_big':
      // A message of the schema that begins with `must`, such as MAX_DELAY_WORDS, stays.
      return issue.origin === 'string' || issue.message.startsWith('must ')
        ? issue.message
        : `must be at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}
