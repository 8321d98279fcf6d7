import { describe, expect, it } from 'vitest';
import type { Item, ItemTable } from '../../lib/store/item-table.ts';
import { answered, START, VirtualLine } from '../support/queue/virtual-line.ts';

const SECOND = 1_000;
const AGENT = '3201';

/** Calls `written` after each write that the database has. */
const watchWrites =
  (written: (item: Item<unknown>) => void) =>
  (table: ItemTable): ItemTable => ({
    read: (key) => table.read(key),
    readMany: (keys) => table.readMany(keys),
    readCount: (key) => table.readCount(key),
    queryIndex: (index, range) => table.queryIndex(index, range),
    queryItems: (range) => table.queryItems(range),
    close: () => table.close(),
    remove: (key, expected) => table.remove(key, expected),
    add: (key, limit) => table.add(key, limit),
    giveBack: (key) => table.giveBack(key),
    write: async (item, expected) => {
      const result = await table.write(item, expected);
      if (result.written) written(item);
      return result;
    },
  });

const isAgent = ({ partition }: Item<unknown>): boolean => partition === `agent#${AGENT}`;
const isWithdrawal = ({ data }: Item<unknown>): boolean => {
  const { callback, revision = 0 } = data as { callback?: { status: string }; revision?: number };
  return callback?.status === 'queued' && revision > 1;
};

describe('A runner that stood still', () => {
  it.each([
    ['after it took the agent', isAgent, false],
    ['after it withdrew an attempt that the PBX did not take', isWithdrawal, true],
  ])('%s does not free the agent whom the next runner rings', async (_, freezesAt, isRefused) => {
    let frozenAt: number | undefined;
    const line = new VirtualLine({
      planOf: () => ({ ...answered, talkMs: 600 * SECOND }),
      watch: watchWrites((item) => {
        if (frozenAt !== undefined || !freezesAt(item)) return;
        frozenAt = line.time.now;
        line.pbx.lacksPrivilege = false;
        first.freeze(75 * SECOND);
      }),
    });
    line.pbx.lacksPrivilege = isRefused;
    const id = await line.accept({ agent: AGENT });
    const first = line.startRunner();
    line.time.at(START + 40 * SECOND, () => line.startRunner());
    await line.time.run(START + 90 * SECOND);
    expect(frozenAt).toBeDefined();
    expect(line.pbx.live).toHaveLength(1);
    const agents = await line.store.readAgents([AGENT]);
    expect(agents.get(AGENT)?.holder).toMatchObject({ callback: id, attempt: 1 });
  });
});
