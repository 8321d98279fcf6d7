import { maskNumbers } from '../shared/mask.ts';

/** A lead's or contact's id in a CRM may be as long as a phone number. lib/webhooks checks that it is not one. */
const READABLE = 'record';

/** Masks the phone numbers in every text of a log line, wherever it comes from. A replacer for `JSON.stringify`. */
export const redact = (field: string, value: unknown): unknown =>
  typeof value === 'string' && field !== READABLE ? maskNumbers(value) : value;
