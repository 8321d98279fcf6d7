import { SqliteTable } from '../../../lib/store/sqlite/sqlite-table.ts';
import { createStore, type Store } from '../../../lib/store/store.ts';

/** Opens the store in a folder, which several processes may share. */
export const sqliteStore = (folder: string): Store => createStore(new SqliteTable({ folder }));
