import { afterOpenTime, type Hours, nextOpen } from './hours.ts';

/** Unix times in milliseconds. */
export interface AttemptTimes {
  /** When an attempt may start at the earliest. */
  dueAt: number;
  /** No attempt starts at or after this time. */
  expiresAt: number;
}

/**
 * Returns the times of an attempt that is wanted at `wantedAt`: it is due once the route is open, and it may start during
 * `giveUpAfterSeconds` of open hours. Undefined if the route does not open within a year.
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
