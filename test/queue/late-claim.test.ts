import { expect, it } from 'vitest';
import { CallbackError } from '../../lib/problems/callback-error.ts';
import type { ItemTable } from '../../lib/store/item-table.ts';
import { START, VirtualLine } from '../support/queue/virtual-line.ts';

const SECOND = 1_000;

it('A callback is called although the store answers its claim with an error and writes it later', async () => {
  let isLate = false;
  /** The first claim arrives four seconds after its process has given it up. */
  const watch = (table: ItemTable): ItemTable => {
    const write: ItemTable['write'] = async (item, expected) => {
      const { callback } = item.data as { callback?: { status: string } };
      if (isLate || callback?.status !== 'dialing') return await table.write(item, expected);
      isLate = true;
      line.time.at(line.time.now + 4 * SECOND, () => void table.write(item, expected));
      throw new CallbackError('store-unreachable', 'too slow');
    };
    return new Proxy(table, {
      get: (target, name) => {
        const value: unknown = name === 'write' ? write : Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
  const line: VirtualLine = new VirtualLine({ watch, settings: { startsPerSecond: 0.1 } });
  const first = await line.accept({ priority: 1 });
  const second = await line.accept({ priority: 2 });
  line.startRunner();
  await line.time.run(START + 60 * SECOND);
  expect(isLate).toBe(true);
  const statuses = (await line.records([first, second])).map(({ callback }) => callback.status);
  expect(statuses).toEqual(['completed', 'completed']);
  expect(line.pbx.calls).toHaveLength(2);
});
