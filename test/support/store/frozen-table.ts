import type { ItemTable } from '../../../lib/store/item-table.ts';

/** A process that stands still at one of its writes, as in SIGSTOP or a lost network. */
export interface FrozenTable {
  table: ItemTable;
  /** It stands still. */
  frozen: Promise<void>;
  /** How many writes it has begun. */
  writes(): number;
  thaw(): void;
}

/** @param at The write, from 1, and whether the database has it when the process stands still. */
export function freezeAt(real: ItemTable, at: { write: number; isDone: boolean }): FrozenTable {
  const [frozen, thawed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let writes = 0;
  const freeze = async (): Promise<void> => {
    frozen.resolve();
    await thawed.promise;
  };
  const slow =
    <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      writes += 1;
      const isHere = writes === at.write;
      if (isHere && !at.isDone) await freeze();
      const result = await write(...args);
      if (isHere && at.isDone) await freeze();
      return result;
    };
  const table: ItemTable = {
    read: (key) => real.read(key),
    readMany: (keys) => real.readMany(keys),
    readCount: (key) => real.readCount(key),
    queryIndex: (index, range) => real.queryIndex(index, range),
    queryItems: (range) => real.queryItems(range),
    close: () => real.close(),
    write: slow((item, expected) => real.write(item, expected)) as ItemTable['write'],
    remove: slow((key, expected) => real.remove(key, expected)),
    add: slow((key, limit) => real.add(key, limit)),
    giveBack: slow((key) => real.giveBack(key)),
  };
  return { table, frozen: frozen.promise, writes: () => writes, thaw: () => thawed.resolve() };
}
