import { beforeEach, expect, it } from 'vitest';
import { changeItem } from '../../lib/store/change-item.ts';
import type { ItemTable } from '../../lib/store/item-table.ts';
import { describeOnDatabases, type OpenTable } from '../support/store/databases.ts';

const KEY = { partition: 'thing#1', sort: 'thing' };
const HOUR = 3_600_000;

describeOnDatabases('The item table', (fresh) => {
  let open: OpenTable;
  let table: ItemTable;
  beforeEach(async () => {
    open = await fresh();
    table = open();
  });

  it('returns an item as it was written, with nested values and non-ASCII text', async () => {
    const data = { text: 'Überfahrt 🚀', list: [1, 'two', { three: 3 }], none: null, empty: '', yes: true };
    await table.write({ ...KEY, data, tags: { status: 'queued' } }, undefined);
    expect(await table.read(KEY)).toMatchObject({ ...KEY, data, tags: { status: 'queued' } });
  });

  it('writes an item only where none is, when none is expected', async () => {
    const first = await table.write({ ...KEY, data: 1 }, undefined);
    const second = await table.write({ ...KEY, data: 2 }, undefined);
    expect(first.written).toBe(true);
    expect(second).toMatchObject({ written: false, current: { data: 1 } });
  });

  it('writes an item only in its expected version', async () => {
    const first = await table.write({ ...KEY, data: 1 }, undefined);
    if (!first.written) throw new Error('not written');
    const second = await table.write({ ...KEY, data: 2 }, first.item.version);
    const late = await table.write({ ...KEY, data: 3 }, first.item.version);
    expect([second.written, late.written]).toEqual([true, false]);
    expect(late).toMatchObject({ current: { data: 2 } });
  });

  it('lets one of 40 writers win, over two openings of the table', async () => {
    const other = open();
    const written = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? table : other).write({ ...KEY, data: n }, undefined)),
    );
    const winners = written.flatMap((each, n) => (each.written ? [n] : []));
    expect(winners).toHaveLength(1);
    expect((await table.read(KEY))?.data).toBe(winners[0]);
    expect(written.every((each) => each.written || each.current?.data === winners[0])).toBe(true);
  });

  it('loses no change of 40 at once', async () => {
    const add = (n: number) =>
      changeItem<number[], void>(table, KEY, (current) => ({
        write: { data: [...(current?.data ?? []), n] },
        result: undefined,
      }));
    await Promise.all(Array.from({ length: 40 }, (_, n) => add(n)));
    const all = (await table.read<number[]>(KEY))?.data ?? [];
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });

  it('removes an item in its expected version, once more without an error, and no other', async () => {
    const first = await table.write({ ...KEY, data: 1 }, undefined);
    if (!first.written) throw new Error('not written');
    expect(await table.remove(KEY, 'another')).toBe(false);
    expect(await table.remove(KEY, first.item.version)).toBe(true);
    expect(await table.remove(KEY, first.item.version)).toBe(true);
    expect(await table.read(KEY)).toBeUndefined();
  });

  it('hides an expired item from every reader, and lets another take its place', async () => {
    const indexes = { number: { partition: 'number#1', sort: '1' } };
    await table.write({ ...KEY, data: 1, expiresAt: Date.now() + HOUR, indexes }, undefined);
    const later = open(() => Date.now() + HOUR + 1000);
    expect(await table.read(KEY)).toBeDefined();
    expect(await later.read(KEY)).toBeUndefined();
    expect(await later.readMany([KEY])).toEqual([]);
    expect(await later.queryItems({ partition: KEY.partition, limit: 10 })).toEqual([]);
    expect(await later.write({ ...KEY, data: 2 }, undefined)).toMatchObject({ written: true });
  });

  it('counts up to a maximum and not beyond, with 40 at once', async () => {
    const add = (max = 5) => table.add(KEY, { max, expiresAt: Date.now() + HOUR });
    const added = await Promise.all(Array.from({ length: 40 }, () => add()));
    expect(added.filter((count) => count !== undefined).toSorted()).toEqual([1, 2, 3, 4, 5]);
    expect(await table.readCount(KEY)).toBe(5);
    await table.giveBack(KEY);
    expect([await add(), await add(), await add(6)]).toEqual([5, undefined, 6]);
  });

  it('counts nothing up to a maximum of 0', async () => {
    expect(await table.add(KEY, { max: 0, expiresAt: Date.now() + HOUR })).toBeUndefined();
    expect(await table.readCount(KEY)).toBe(0);
  });

  it('returns the entries of an index between two bounds in either order', async () => {
    for (const n of [1, 2, 3, 4, 5]) {
      const indexes = { list: { partition: 'day', sort: `${n}` } };
      await table.write(
        { partition: `thing#${n}`, sort: 'thing', data: n, tags: { n: `${n}` }, indexes },
        undefined,
      );
    }
    const range = { partition: 'day', from: '2', to: '4' };
    const sorts = async (more: { newestFirst?: boolean; limit: number }) =>
      (await table.queryIndex('list', { ...range, ...more })).map(({ sort, tags }) => [sort, tags['n']]);
    expect(await sorts({ limit: 10 })).toEqual([
      ['2', '2'],
      ['3', '3'],
      ['4', '4'],
    ]);
    expect(await sorts({ limit: 2, newestFirst: true })).toEqual([
      ['4', '4'],
      ['3', '3'],
    ]);
    expect(await table.queryIndex('due', { partition: 'day', limit: 10 })).toEqual([]);
  });

  it('returns more items of a partition than DynamoDB puts into one page', async () => {
    const text = 'x'.repeat(300_000);
    for (const n of [1, 2, 3, 4, 5])
      await table.write({ partition: 'p', sort: `${n}`, data: text }, undefined);
    const found = await table.queryItems({ partition: 'p', limit: 5 });
    expect(found.map(({ sort }) => sort)).toEqual(['1', '2', '3', '4', '5']);
    const keys = found.map(({ partition, sort }) => ({ partition, sort }));
    expect(await table.readMany([...keys, { partition: 'p', sort: 'none' }])).toHaveLength(5);
  });
});
