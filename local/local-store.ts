import { SqliteTable } from '../lib/store/sqlite/sqlite-table.ts';
import { createStore, type Store, type StoreOptions } from '../lib/store/store.ts';

export interface LocalStoreOptions extends Pick<StoreOptions, 'retentionDays' | 'keepsRetention'> {
  /** A folder for the SQLite database. Without `data` and `dynamodb`, the store is in memory. */
  data?: string;
  /** The URL of a DynamoDB. A missing table is created. */
  dynamodb?: string;
}

/** The local store cannot be opened. */
export class LocalStoreError extends Error {}

/** Opens the store of `npm start`. @throws LocalStoreError */
export async function openLocalStore({ data, dynamodb, ...options }: LocalStoreOptions): Promise<Store> {
  try {
    if (dynamodb === undefined) return createStore(new SqliteTable({ folder: data }), options);
    // Loads the AWS SDK only for DynamoDB.
    const { openLocalTable } = await import('./local-table.ts');
    return createStore(await openLocalTable(dynamodb), options);
  } catch (error) {
    const [option, value, what] =
      dynamodb === undefined ? ['--data', data, 'folder'] : ['--dynamodb', dynamodb, 'URL'];
    const reason = error instanceof Error ? error.message : String(error);
    throw new LocalStoreError(`${option} ${value} cannot be used: ${reason}. Check the ${what}.`, {
      cause: error,
    });
  }
}
