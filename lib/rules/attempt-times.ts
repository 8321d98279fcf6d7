import { afterOpenTime, type Hours, nextOpen } from './hours.ts';

/**
 * Returns the times of an attempt. The attempt is due at `wantedAt`, or when the route opens next. `expiresAt` is the moment at
 * which the route has been open for `giveUpAfterSeconds` since `dueAt`. No attempt starts at or after it. Returns undefined if
 * the route does not open within 400 days. Unix times in milliseconds.
 */
export function attemptTimes(
  { hours, giveUpAfterSeconds }: { hours?: Hours | undefined; giveUpAfterSeconds: number },
  wantedAt: number,
) {
  const dueAt = nextOpen(hours, wantedAt);
  return dueAt === undefined
    ? undefined
    : { dueAt, expiresAt: afterOpenTime(hours, dueAt, giveUpAfterSeconds * 1000) };
}
