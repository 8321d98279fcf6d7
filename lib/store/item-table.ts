/**
 * What the store needs of a database: single items, conditional writes, queries within one partition. DynamoDB and
 * SQLite implement it. Everything above it is written once, in the domain's words.
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
  /** Where the item stands in the indexes. An item without an entry is not in that index. */
  indexes?: Partial<Record<IndexName, ItemKey>> | undefined;
  /** Unix time in milliseconds. Readers do not see the item from then on, even if it is removed later. */
  expiresAt?: number | undefined;
}

export interface StoredItem<Data> extends Item<Data> {
  /** Random, new with every write: the condition of the next write, and the proof that a write was ours. */
  version: string;
}

export type Written<Data> =
  | { written: true; item: StoredItem<Data> }
  /** Somebody else wrote first. `current` is the item as it is now, if there is one. */
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
  /** Where the entry stands in the index's partition. */
  sort: string;
  tags: Tags;
}

/**
 * All operations throw CallbackError `store-unreachable` when the database gives no answer. Then a write may have
 * happened, or may still happen. No operation retries a write in a way that applies it twice, except `add`, which may
 * count too much and never too little.
 */
export interface ItemTable {
  /** Reads an item as it is now (consistent). */
  read<Data>(key: ItemKey): Promise<StoredItem<Data> | undefined>;
  /** Reads many items; may lag behind by a second. */
  readMany<Data>(keys: readonly ItemKey[]): Promise<StoredItem<Data>[]>;
  /** Writes the whole item if its version is the expected one, or if there is none and none is expected. */
  write<Data>(item: Item<Data>, expected: string | undefined): Promise<Written<Data>>;
  /** Removes the item if its version is the expected one. Returns whether it is gone. */
  remove(key: ItemKey, expected: string): Promise<boolean>;
  add(key: ItemKey, counts: readonly Count[], expiresAt: number): Promise<Added>;
  readCounts(key: ItemKey): Promise<Record<string, number>>;
  /** Subtracts once. Never retried, because a second subtraction would let a limit be exceeded. */
  giveBack(key: ItemKey, counts: readonly Count[]): Promise<void>;
  /** Entries of an index; may lag behind by a second, and may name items that are gone. */
  queryIndex(index: IndexName, range: Range): Promise<IndexEntry[]>;
  /** Items of a partition as they are now (consistent). */
  queryItems<Data>(range: Range): Promise<StoredItem<Data>[]>;
  close(): Promise<void>;
}
