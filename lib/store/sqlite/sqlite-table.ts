import { randomUUID } from 'node:crypto';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type * as table from '../item-table.ts';
import { storeUnreachable } from '../item-table.ts';
import { openDatabase } from './database.ts';
import { type Row, rowToIndexEntry, toItem, toRow } from './rows.ts';

const HOUR_MS = 3_600_000;

export interface SqliteTableOptions {
  /** The folder of the database file. Without a folder, the database is in memory. */
  folder?: string | undefined;
  /** @default Date.now */
  now?: () => number;
}

/** The data of a counter item. */
interface Counter {
  n: number;
}

/** The item table in SQLite. */
export class SqliteTable implements table.ItemTable {
  readonly #database: DatabaseSync;
  readonly #now: () => number;
  #removedExpiredAt = 0;

  constructor({ folder, now = Date.now }: SqliteTableOptions = {}) {
    this.#database = openDatabase(folder);
    this.#now = now;
  }

  async read<Data>(key: table.ItemKey): Promise<table.StoredItem<Data> | undefined> {
    return this.#guarded(() => this.#read<Data>(key));
  }

  async readMany<Data>(keys: readonly table.ItemKey[]): Promise<table.StoredItem<Data>[]> {
    return this.#guarded(() => keys.flatMap((key) => this.#read<Data>(key) ?? []));
  }

  async write<Data>(item: table.Item<Data>, expected: string | undefined): Promise<table.Written<Data>> {
    return this.#atomically(() => {
      const current = this.#read<Data>(item);
      if (current?.version !== expected) return { written: false, current };
      const version = randomUUID();
      this.#replace(toRow({ ...item, version }));
      return { written: true, item: { ...item, version } };
    });
  }

  async remove(key: table.ItemKey, expected: string): Promise<boolean> {
    return this.#atomically(() => {
      const current = this.#read(key);
      if (current && current.version !== expected) return false;
      this.#run('DELETE FROM items WHERE partition = ? AND sort = ?', key.partition, key.sort);
      return true;
    });
  }

  async add(key: table.ItemKey, { max, expiresAt }: table.CountLimit): Promise<number | undefined> {
    return this.#atomically(() => {
      const count = (this.#read<Counter>(key)?.data.n ?? 0) + 1;
      if (count > max) return undefined;
      this.#replace(toRow({ ...key, data: { n: count }, expiresAt, version: randomUUID() }));
      return count;
    });
  }

  async readCount(key: table.ItemKey): Promise<number> {
    return (await this.read<Counter>(key))?.data.n ?? 0;
  }

  async giveBack(key: table.ItemKey): Promise<void> {
    this.#atomically(() => {
      const item = this.#read<Counter>(key);
      if (!item) return;
      this.#replace(toRow({ ...item, data: { n: item.data.n - 1 }, version: randomUUID() }));
    });
  }

  async queryIndex(index: table.IndexName, range: table.Range): Promise<table.IndexEntry[]> {
    const rows = this.#guarded(() => this.#query(range, `${index}_partition`, `${index}_sort`));
    return rows.map((row) => rowToIndexEntry(row, index));
  }

  async queryItems<Data>(range: table.Range): Promise<table.StoredItem<Data>[]> {
    return this.#guarded(() => this.#query(range, 'partition', 'sort')).map((row) => toItem<Data>(row));
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  #read<Data>({ partition, sort }: table.ItemKey): table.StoredItem<Data> | undefined {
    const statement =
      'SELECT * FROM items WHERE partition = ? AND sort = ? AND (expires IS NULL OR expires > ?)';
    const row = this.#database.prepare(statement).get(partition, sort, this.#now());
    return row && toItem<Data>(row as unknown as Row);
  }

  #query(
    { partition, from = '', to = '~', newestFirst = false, limit }: table.Range,
    partitionName: string,
    sortName: string,
  ): Row[] {
    const statement = `
      SELECT * FROM items WHERE ${partitionName} = ? AND ${sortName} BETWEEN ? AND ?
      AND (expires IS NULL OR expires > ?) ORDER BY ${sortName} ${newestFirst ? 'DESC' : 'ASC'} LIMIT ?`;
    const rows = this.#database.prepare(statement).all(partition, from, to, this.#now(), limit);
    return rows as unknown as Row[];
  }

  #replace(row: Row): void {
    const names = Object.keys(row);
    const places = names.map(() => '?').join(', ');
    this.#run(`INSERT OR REPLACE INTO items (${names.join(', ')}) VALUES (${places})`, ...Object.values(row));
  }

  #run(statement: string, ...values: SQLInputValue[]): void {
    this.#database.prepare(statement).run(...values);
  }

  /** Runs work in a transaction that locks the database, because other processes may share the file. */
  #atomically<T>(work: () => T): T {
    return this.#guarded(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.#removeExpired();
        this.#database.exec('COMMIT');
        return result;
      } catch (error) {
        this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #removeExpired(): void {
    const now = this.#now();
    if (now - this.#removedExpiredAt < HOUR_MS) return;
    this.#removedExpiredAt = now;
    this.#run('DELETE FROM items WHERE expires <= ?', now);
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeUnreachable(error);
    }
  }
}
