import { afterOpenTime, type Hours, nextOpen } from './hours.ts';

/** Unix times in milliseconds. */
export interface AttemptTimes {
  /** When an attempt may start at the earliest. */
  dueAt: number;
  /** No attempt starts at or after this time. */
  expiresAt: number;
}

/**
 * Returns the times of an attempt. The attempt is due at `wantedAt`, or when the route opens next. It may start until
 * the route has been open for `giveUpAfterSeconds` since then. Returns undefined if the route does not open within 400 days.
 */
export function attemptTimes(
  { hours, giveUpAfterSeconds }: { hours?: Hours | undefined; giveUpAfterSeconds: number },
  wantedAt: number,
): AttemptTimes | undefined {
  const dueAt = nextOpen(hours, wantedAt);
  return dueAt === undefined
    ? undefined
    : { dueAt, expiresAt: afterOpenTime(hours, dueAt, giveUpAfterSeconds * 1000) };
}
