import { CallbackError } from '../problems/callback-error.ts';

/**
 * The operations that the store needs of a database: single items, conditional writes, queries within one partition. DynamoDB and
 * SQLite implement them.
 */

/** The address of an item. */
export interface ItemKey {
  partition: string;
  /** ASCII. Orders the items of a partition. */
  sort: string;
}

/** `list`: callbacks by time. `due`: open callbacks of a line. `number`: callbacks by the number that they call. */
export type IndexName = 'list' | 'due' | 'number';

/** Small values that the indexes `list` and `due` carry, so that a query can filter without reading the items. */
export type Tags = Readonly<Record<string, string>>;

export interface Item<Data> extends ItemKey {
  data: Data;
  tags?: Tags | undefined;
  /** The position of the item in each index. Without a position it is not in that index. */
  indexes?: Partial<Record<IndexName, ItemKey>> | undefined;
  /** Unix time in milliseconds. Readers do not see the item from then on, even if it is removed later. */
  expiresAt?: number | undefined;
}

export interface StoredItem<Data> extends Item<Data> {
  /** Random and new with every write. The next write requires it, and it shows which process wrote. */
  version: string;
}

export type Written<Data> =
  | { written: true; item: StoredItem<Data> }
  /** Another process wrote first. `current` is the current item, if there is one. */
  | { written: false; current: StoredItem<Data> | undefined };

/** A number in a counter item: `by` is added, unless the sum would exceed `max`. */
export interface Count {
  name: string;
  by: number;
  max?: number;
}

/** All counts were added, and `counts` are the numbers now. Or none was. */
export type Added = { added: true; counts: Record<string, number> } | { added: false };

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
 * All operations throw CallbackError `store-unreachable` when the database does not answer. The write may have happened, or may
 * still happen. A repeated write is never applied twice, except by `add`, which may count too much but never too little.
 */
export interface ItemTable {
  /** Reads an item as it is now (consistent). */
  read<Data>(key: ItemKey): Promise<StoredItem<Data> | undefined>;
  /** Reads many items. May be a second old. */
  readMany<Data>(keys: readonly ItemKey[]): Promise<StoredItem<Data>[]>;
  /** Writes the whole item if its version is the expected one, or if there is none and none is expected. */
  write<Data>(item: Item<Data>, expected: string | undefined): Promise<Written<Data>>;
  /** Removes the item if its version is the expected one. Returns whether it is gone. */
  remove(key: ItemKey, expected: string): Promise<boolean>;
  add(key: ItemKey, counts: readonly Count[], expiresAt: number): Promise<Added>;
  readCounts(key: ItemKey): Promise<Record<string, number>>;
  /** Subtracts once. Never retried, because a second subtraction would let a limit be exceeded. */
  giveBack(key: ItemKey, counts: readonly Count[]): Promise<void>;
  /** Returns entries of an index. May be a second old, and may name items that no longer exist. */
  queryIndex(index: IndexName, range: Range): Promise<IndexEntry[]>;
  /** Items of a partition as they are now (consistent). */
  queryItems<Data>(range: Range): Promise<StoredItem<Data>[]>;
  close(): Promise<void>;
}

/** Returns the error of a database that does not answer. */
export const storeUnreachable = (cause: unknown): CallbackError =>
  new CallbackError('store-unreachable', 'The store could not be reached. Send the same request again', {
    cause,
    hint: 'Check that the table in TABLE_NAME exists and that the function’s role may use it, or for SQLite the folder of --data',
  });
