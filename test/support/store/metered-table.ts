import { keyAttributes, toAttributes } from '../../../lib/store/dynamodb/attributes.ts';
import type { IndexName, Item, ItemKey, ItemTable } from '../../../lib/store/item-table.ts';
import { INDEXES } from '../../../lib/store/item-table.ts';

/** What DynamoDB charges for. */
export interface Units {
  reads: number;
  writes: number;
}

const READ_UNIT = 4_096;
const WRITE_UNIT = 1_024;

/** The size of an attribute's value, as DynamoDB counts it. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (typeof value !== 'object' || value === null) return 1;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const names = Array.isArray(value) ? 0 : entries.reduce((sum, [name]) => sum + name.length, 0);
  return 3 + names + entries.reduce((sum, [, inner]) => sum + 1 + sizeOf(inner), 0);
}

const attributesSize = (attributes: Record<string, unknown>): number =>
  Object.entries(attributes).reduce((sum, [name, value]) => sum + name.length + sizeOf(value), 0);

const itemSize = (item: Item<unknown>): number =>
  attributesSize(toAttributes(item, '00000000-0000-4000-8000-000000000000'));

/** What an index holds of an item. */
const entryOf = (item: Item<unknown> | undefined, index: IndexName): string | undefined => {
  const key = item?.indexes?.[index];
  return key && JSON.stringify([key, index === 'number' ? undefined : item.tags]);
};

const partitionOf = (item: Item<unknown> | undefined, index: IndexName): string =>
  JSON.stringify(item?.indexes?.[index]);

/** Adds up what the operations of a table would cost in DynamoDB. */
export function meter(table: ItemTable): { table: ItemTable; units: Units } {
  const units: Units = { reads: 0, writes: 0 };
  const known = new Map<string, Item<unknown>>();
  const nameOf = ({ partition, sort }: ItemKey): string => `${partition} ${sort}`;
  const consistent = (bytes: number): number => Math.max(1, Math.ceil(bytes / READ_UNIT));
  const writing = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT));

  function changed(before: Item<unknown> | undefined, after: Item<unknown> | undefined): void {
    units.writes += writing(Math.max(before ? itemSize(before) : 0, after ? itemSize(after) : 0));
    for (const index of INDEXES) {
      const [old, now] = [entryOf(before, index), entryOf(after, index)];
      if (old === now) continue;
      const isMove = old && now && partitionOf(before, index) !== partitionOf(after, index);
      units.writes += isMove ? 2 : 1;
    }
  }

  return {
    units,
    table: {
      ...{ close: () => table.close(), readCount: (key) => table.readCount(key) },
      async read(key) {
        const item = await table.read<never>(key);
        units.reads += consistent(item ? itemSize(item) : 0);
        return item;
      },
      async readMany(keys) {
        const items = await table.readMany<never>(keys);
        const sizes = new Map(items.map((item) => [nameOf(item), itemSize(item)]));
        for (const key of keys) units.reads += consistent(sizes.get(nameOf(key)) ?? 0) / 2;
        return items;
      },
      async write(item, expected) {
        const result = await table.write(item, expected);
        if (result.written) {
          changed(known.get(nameOf(item)), item);
          known.set(nameOf(item), item);
        } else {
          units.writes += writing(itemSize(item));
        }
        return result;
      },
      async remove(key, expected) {
        const removed = await table.remove(key, expected);
        changed(known.get(nameOf(key)), undefined);
        known.delete(nameOf(key));
        return removed;
      },
      async add(key, limit) {
        units.writes += 1;
        return await table.add(key, limit);
      },
      async giveBack(key) {
        units.writes += 1;
        await table.giveBack(key);
      },
      async queryIndex(index, range) {
        const entries = await table.queryIndex(index, range);
        const bytes = entries.reduce(
          (sum, { key, sort, tags }) =>
            sum + attributesSize({ ...keyAttributes(key), sort, tags, indexPk: range.partition }),
          0,
        );
        units.reads += consistent(bytes) / 2;
        return entries;
      },
      async queryItems(range) {
        const items = await table.queryItems<never>(range);
        units.reads += consistent(items.reduce((sum, item) => sum + itemSize(item), 0));
        return items;
      },
    },
  };
}
