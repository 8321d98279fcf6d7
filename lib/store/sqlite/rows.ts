import {
  INDEXES,
  type IndexEntry,
  type IndexName,
  type Item,
  type StoredItem,
  type Tags,
} from '../item-table.ts';

/** A row of the table `items`, by its columns. */
export interface Row {
  partition: string;
  sort: string;
  version: string;
  expires: number | null;
  tags: string;
  data: string;
  list_partition: string | null;
  list_sort: string | null;
  due_partition: string | null;
  due_sort: string | null;
  number_partition: string | null;
  number_sort: string | null;
}

export const toRow = (item: StoredItem<unknown>): Row => ({
  partition: item.partition,
  sort: item.sort,
  version: item.version,
  expires: item.expiresAt ?? null,
  tags: JSON.stringify(item.tags ?? {}),
  data: JSON.stringify(item.data),
  list_partition: item.indexes?.list?.partition ?? null,
  list_sort: item.indexes?.list?.sort ?? null,
  due_partition: item.indexes?.due?.partition ?? null,
  due_sort: item.indexes?.due?.sort ?? null,
  number_partition: item.indexes?.number?.partition ?? null,
  number_sort: item.indexes?.number?.sort ?? null,
});

export function toItem<Data>(row: Row): StoredItem<Data> {
  const indexes: Item<Data>['indexes'] = {};
  for (const index of INDEXES) {
    const partition = row[`${index}_partition`];
    const sort = row[`${index}_sort`];
    if (partition !== null && sort !== null) indexes[index] = { partition, sort };
  }
  return {
    partition: row.partition,
    sort: row.sort,
    version: row.version,
    data: JSON.parse(row.data) as Data,
    tags: JSON.parse(row.tags) as Tags,
    indexes,
    ...(row.expires !== null && { expiresAt: row.expires }),
  };
}

export const rowToIndexEntry = (row: Row, index: IndexName): IndexEntry => ({
  key: { partition: row.partition, sort: row.sort },
  sort: row[`${index}_sort`] ?? '',
  tags: JSON.parse(row.tags) as Tags,
});
