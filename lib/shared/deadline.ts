import type { Context } from 'aws-lambda';

/** Left of a function's time for sending the answer. */
const RESERVE_MS = 3000;

/** When an answer must be there, as `Date.now()` tells time. */
export const deadlineOf = (context: Context): number =>
  Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
