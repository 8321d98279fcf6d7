import { maskNumbers } from '../shared/mask.ts';

/** The id of a lead or contact may be as long as a phone number, so this field is not masked. lib/webhooks checks it. */
const READABLE = 'record';

/** Masks the phone numbers in every text of a log line. Used as the replacer of `JSON.stringify`. */
export const redact = (field: string, value: unknown): unknown =>
  typeof value === 'string' && field !== READABLE ? maskNumbers(value) : value;
