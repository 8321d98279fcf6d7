import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makePrivateFolder } from './make-private-folder.ts';

/** The file in the folder of `start --data`. */
export const DATABASE_FILE = 'callbacks.sqlite';

/** Another process normally locks the file for less than a millisecond. */
const LOCK_WAIT_MS = 2_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS items (
    partition TEXT NOT NULL, sort TEXT NOT NULL,
    version TEXT NOT NULL, expires INTEGER, tags TEXT NOT NULL, data TEXT NOT NULL,
    list_partition TEXT, list_sort TEXT,
    due_partition TEXT, due_sort TEXT,
    number_partition TEXT, number_sort TEXT,
    PRIMARY KEY (partition, sort)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS by_list ON items (list_partition, list_sort) WHERE list_partition IS NOT NULL;
  CREATE INDEX IF NOT EXISTS by_due ON items (due_partition, due_sort) WHERE due_partition IS NOT NULL;
  CREATE INDEX IF NOT EXISTS by_number ON items (number_partition, number_sort) WHERE number_partition IS NOT NULL;
  CREATE INDEX IF NOT EXISTS by_expiry ON items (expires) WHERE expires IS NOT NULL;
`;

/** Opens the database in a folder, and creates the folder if needed. Without a folder, opens a database in memory. */
export function openDatabase(folder: string | undefined): DatabaseSync {
  if (folder !== undefined) makePrivateFolder(folder);
  const database = new DatabaseSync(folder === undefined ? ':memory:' : join(folder, DATABASE_FILE));
  database.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
  // SQLite confirms a write after it is on the disk, so a power cut does not lose it.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec(SCHEMA);
  return database;
}
