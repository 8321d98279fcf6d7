import { type CallbackRecord, isFinal } from './callback-record.ts';

export const DAY_MS = 86_400_000;

/** The longest time from creation to end. A callback may be due in 30 days, and then wait in its line. */
export const LONGEST_LIFE_MS = 60 * DAY_MS;

/** How many days a record is kept after its end. */
export const DEFAULT_RETENTION_DAYS = 30;

/** How long a process keeps records. See `StoreOptions`. */
export interface Retention {
  retentionMs: number;
  keepsRetention: boolean;
}

/** Reads RETENTION_DAYS. Returns the default for a value that is not a positive number. */
export function retentionDays(environment: NodeJS.ProcessEnv): number {
  const days = Number(environment['RETENTION_DAYS']);
  return days > 0 ? days : DEFAULT_RETENTION_DAYS;
}

/**
 * Returns when the TTL of DynamoDB, or sqlite-table.ts, may remove a record. For a callback that has not ended, the retention
 * begins at its latest known time.
 */
export function removableAt(record: CallbackRecord, retentionMs: number): number {
  const { callback, endedAt, observedAt, dueAt = 0, expiresAt = 0 } = record;
  const hasEnded = endedAt !== undefined && isFinal(callback.status);
  return (hasEnded ? endedAt : Math.max(observedAt, dueAt, expiresAt)) + retentionMs;
}
