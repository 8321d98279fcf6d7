import { SqliteTable } from '../lib/store/sqlite/sqlite-table.ts';
import { createStore, type Store } from '../lib/store/store.ts';

export interface LocalStoreOptions {
  /** A folder for the SQLite database. Without it, and without `dynamodb`, the store lives in memory. */
  data?: string;
  /** The URL of a DynamoDB. Its table is made where it is missing. */
  dynamodb?: string;
  retentionDays?: number | undefined;
}

/** Opens the store of `npm start`. */
export async function openLocalStore({ data, dynamodb, retentionDays }: LocalStoreOptions): Promise<Store> {
  if (dynamodb === undefined) return createStore(new SqliteTable({ folder: data }), { retentionDays });
  // SQLite needs no client of AWS.
  const { openLocalTable } = await import('./local-table.ts');
  return createStore(await openLocalTable(dynamodb), { retentionDays });
}
