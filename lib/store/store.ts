import { type AgentStore, agentStore } from './agents.ts';
import { type CallbackLists, callbackLists } from './callback-lists.ts';
import { type CallbackStore, callbackStore } from './callbacks.ts';
import { type CounterStore, counterStore } from './counters.ts';
import { type DoNotCallStore, doNotCallStore } from './do-not-call.ts';
import { type DueStore, dueStore } from './due-callbacks.ts';
import { type IdempotencyKeyStore, idempotencyKeyStore } from './idempotency-keys.ts';
import type { ItemTable } from './item-table.ts';
import { type LeaseStore, leaseStore } from './leases.ts';
import { type LineControlStore, lineControlStore } from './line-control.ts';
import { DAY_MS, DEFAULT_RETENTION_DAYS } from './retention.ts';

/**
 * Every operation except `giveBackCounts` throws CallbackError `store-unreachable` if the database does not answer. A write
 * may have happened.
 */
export interface Store
  extends CallbackStore,
    CallbackLists,
    IdempotencyKeyStore,
    CounterStore,
    LeaseStore,
    DoNotCallStore,
    DueStore,
    AgentStore,
    LineControlStore {
  close(): Promise<void>;
}

export interface StoreOptions {
  /** @default DEFAULT_RETENTION_DAYS */
  retentionDays?: number | undefined;
  /** For a process that does not know the retention. A changed record keeps the retention with which it was written. */
  keepsRetention?: boolean;
  /** @default Date.now */
  now?: () => number;
}

export function createStore(
  table: ItemTable,
  { retentionDays = DEFAULT_RETENTION_DAYS, keepsRetention = false, now = Date.now }: StoreOptions = {},
): Store {
  const retention = { retentionMs: retentionDays * DAY_MS, keepsRetention };
  return {
    ...callbackStore(table, retention),
    ...callbackLists(table, retention, now),
    ...idempotencyKeyStore(table, now),
    ...counterStore(table),
    ...leaseStore(table, now),
    ...doNotCallStore(table),
    ...dueStore(table),
    ...agentStore(table),
    ...lineControlStore(table),
    close: () => table.close(),
  };
}
