import type { StoreOpener } from '../../../lib/store/open-store.ts';
import { SqliteTable } from '../../../lib/store/sqlite/sqlite-table.ts';
import { createStore, type Store } from '../../../lib/store/store.ts';

const memoryStore = (): Store => createStore(new SqliteTable());

/** Opens one store in memory, the same each time. */
export function openMemoryStore(store = memoryStore()): StoreOpener {
  return async () => store;
}
