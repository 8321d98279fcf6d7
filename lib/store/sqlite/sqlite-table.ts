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

  async add(key: table.ItemKey, counts: readonly table.Count[], expiresAt: number): Promise<table.Added> {
    return this.#atomically(() => {
      const before = this.#counts(key);
      const exceeds = counts.some(({ name, by, max }) => max !== undefined && (before[name] ?? 0) + by > max);
      if (exceeds) return { added: false };
      const after = { ...before };
      for (const { name, by } of counts) after[name] = (after[name] ?? 0) + by;
      this.#replace(toRow({ ...key, data: after, expiresAt, version: randomUUID() }));
      return { added: true, counts: after };
    });
  }

  async readCounts(key: table.ItemKey): Promise<Record<string, number>> {
    return this.#guarded(() => this.#counts(key));
  }

  async giveBack(key: table.ItemKey, counts: readonly table.Count[]): Promise<void> {
    const { expiresAt = this.#now() } = (await this.read(key)) ?? {};
    await this.add(
      key,
      counts.map(({ name, by }) => ({ name, by: -by })),
      expiresAt,
    );
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

  #counts(key: table.ItemKey): Record<string, number> {
    return this.#read<Record<string, number>>(key)?.data ?? {};
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
