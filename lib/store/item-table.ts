import { CallbackError } from '../problems/callback-error.ts';

/** The address of an item. */
export interface ItemKey {
  partition: string;
  /** ASCII. Orders the items of a partition. */
  sort: string;
}

/** `list`: callbacks by time. `due`: callbacks of a line that have not ended. `number`: callbacks by number. */
export const INDEXES = ['list', 'due', 'number'] as const;
export type IndexName = (typeof INDEXES)[number];

/** Small values in the indexes `list` and `due`. A list filters by them without reading the items. */
export type Tags = Readonly<Record<string, string>>;

export interface Item<Data> extends ItemKey {
  data: Data;
  tags?: Tags | undefined;
  /** The position of the item in each index that contains it. */
  indexes?: Partial<Record<IndexName, ItemKey>> | undefined;
  /** Unix time in milliseconds. From this time on, a read does not return the item. */
  expiresAt?: number | undefined;
}

export interface StoredItem<Data> extends Item<Data> {
  /** Random and new with every write. The next write must name this version. */
  version: string;
}

export type Written<Data> =
  | { written: true; item: StoredItem<Data> }
  /** Another process wrote first. `current` is the item now. */
  | { written: false; current: StoredItem<Data> | undefined };

export interface CountLimit {
  max: number;
  /** When the counter item may be removed, in Unix milliseconds. */
  expiresAt: number;
}

export interface Range {
  partition: string;
  /** Inclusive. */
  from?: string | undefined;
  /** Inclusive. */
  to?: string | undefined;
  newestFirst?: boolean;
  limit: number;
}

export interface IndexEntry {
  key: ItemKey;
  /** The position of the entry in the partition of the index. */
  sort: string;
  tags: Tags;
}

/**
 * The operations that the store needs of a database. DynamoDB and SQLite implement them.
 *
 * Every operation throws CallbackError `store-unreachable` if the database does not answer. The write may have happened, or
 * may still happen. A repeated write happens once. Only a repeated `add` may count too much.
 */
export interface ItemTable {
  /** Reads an item consistently. */
  read<Data>(key: ItemKey): Promise<StoredItem<Data> | undefined>;
  /** Reads many items. They may be a second old. */
  readMany<Data>(keys: readonly ItemKey[]): Promise<StoredItem<Data>[]>;
  /** Writes the whole item if the stored item has the expected version. `undefined` expects that there is no item. */
  write<Data>(item: Item<Data>, expected: string | undefined): Promise<Written<Data>>;
  /** Removes the item if it has the expected version. Returns true also if there is no item. */
  remove(key: ItemKey, expected: string): Promise<boolean>;
  /** Adds 1 to the count of a counter item. Returns the new count, or undefined if it would exceed `max`. */
  add(key: ItemKey, limit: CountLimit): Promise<number | undefined>;
  readCount(key: ItemKey): Promise<number>;
  /** Subtracts 1 from a count. Never sent twice, because a second subtraction would let callers exceed a limit. */
  giveBack(key: ItemKey): Promise<void>;
  /** Returns entries of an index. They may be a second old. Their items may no longer exist. */
  queryIndex(index: IndexName, range: Range): Promise<IndexEntry[]>;
  /** Reads items of a partition consistently. */
  queryItems<Data>(range: Range): Promise<StoredItem<Data>[]>;
  close(): Promise<void>;
}

/** Returns the error of a database that does not answer. */
export const storeUnreachable = (cause: unknown): CallbackError =>
  new CallbackError('store-unreachable', 'The store could not be reached. Send the same request again', {
    cause,
    hint: 'Check that the table in TABLE_NAME exists and that the function’s role may use it, or for SQLite the folder of --data',
  });
