import { type Item, type ItemKey, type ItemTable, type StoredItem, storeUnreachable } from './item-table.ts';

/** Without `write` and `remove` the item does not change. */
export interface Decision<Data, Result> {
  write?: Omit<Item<Data>, keyof ItemKey>;
  remove?: true;
  result: Result;
}

/** If many processes write at the same time, one of them succeeds in each round. */
const MOST_ROUNDS = 100;

/**
 * Changes one item by a conditional write. Returns the result of `decide`, and the item after the change.
 *
 * @param decide A pure function. If another process has changed the item first, `decide` is called again with the new item.
 *   After a lost reply, `decide` is called with the item that this process has written, so it must recognise its own change.
 * @param known The item as the caller last read it, which saves a read. `null` if there was no item.
 * @throws CallbackError store-unreachable. The change may have happened.
 */
export async function changeItem<Data, Result>(
  table: ItemTable,
  key: ItemKey,
  decide: (current: StoredItem<Data> | undefined) => Decision<Data, Result>,
  known?: StoredItem<Data> | null,
): Promise<{ result: Result; item: StoredItem<Data> | undefined }> {
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
