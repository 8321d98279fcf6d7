import type { Context } from 'aws-lambda';

/** Time reserved for returning the response. */
const RESERVE_MS = 3000;

/** Returns when the response must be ready, in milliseconds since 1970. */
export const deadlineOf = (context: Context): number =>
  Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS;

/**
 * Options for middy. Its early time-out would answer `internal-error` in a process that was frozen past its deadline,
 * although a phone may ring. The deadline above ends every wait before.
 */
export const NO_EARLY_TIMEOUT = { timeoutEarlyInMillis: 0 };
