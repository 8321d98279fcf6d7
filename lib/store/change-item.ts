import { type Item, type ItemKey, type ItemTable, type StoredItem, storeUnreachable } from './item-table.ts';

/** The result of `decide`. Without `write` and `remove` the item stays the same. */
export interface Decision<Data, Result> {
  write?: Omit<Item<Data>, keyof ItemKey>;
  remove?: true;
  result: Result;
}

export interface Changed<Data, Result> {
  result: Result;
  /** The item afterwards. */
  item: StoredItem<Data> | undefined;
}

/** If many processes write at once, one of them succeeds in each round. */
const MOST_ROUNDS = 100;

/**
 * Changes one item by a conditional write, and decides again whenever another writer was first.
 *
 * `decide` must be a pure function that recognises its own change: after a lost reply it is called again with the item that it
 * has written.
 *
 * @param known The item as it was last seen, which saves a read. `null`: there was none.
 * @throws CallbackError store-unreachable; then the change may have happened.
 */
export async function changeItem<Data, Result>(
  table: ItemTable,
  key: ItemKey,
  decide: (current: StoredItem<Data> | undefined) => Decision<Data, Result>,
  known?: StoredItem<Data> | null,
): Promise<Changed<Data, Result>> {
  let current = known === undefined ? await table.read<Data>(key) : (known ?? undefined);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { write, remove, result } = decide(current);
    if (write) {
      const written = await table.write<Data>({ ...key, ...write }, current?.version);
      if (written.written) return { result, item: written.item };
      current = written.current;
    } else if (remove && current) {
      if (await table.remove(key, current.version)) return { result, item: undefined };
      current = await table.read<Data>(key);
    } else {
      return { result, item: current };
    }
  }
  throw storeUnreachable(new Error(`Other writers were first ${MOST_ROUNDS} times`));
}
