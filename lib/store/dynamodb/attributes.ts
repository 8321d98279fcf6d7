import {
  INDEXES,
  type IndexEntry,
  type Item,
  type ItemKey,
  type StoredItem,
  type Tags,
} from '../item-table.ts';
import { COUNT, DATA, EXPIRES, indexPartition, indexSort, PARTITION, SORT, TAGS, VERSION } from './schema.ts';

export type Attributes = Record<string, unknown>;

export const keyAttributes = ({ partition, sort }: ItemKey): Attributes => ({
  [PARTITION]: partition,
  [SORT]: sort,
});

/** Returns the TTL in seconds. Rounds up, so that DynamoDB never removes an item too early. */
export const expirySeconds = (expiresAt: number): number => Math.ceil(expiresAt / 1000);

export function toAttributes(item: Item<unknown>, version: string): Attributes {
  const attributes: Attributes = { ...keyAttributes(item), [VERSION]: version, [DATA]: item.data };
  if (item.tags) attributes[TAGS] = item.tags;
  if (item.expiresAt !== undefined) attributes[EXPIRES] = expirySeconds(item.expiresAt);
  for (const index of INDEXES) {
    const entry = item.indexes?.[index];
    if (!entry) continue;
    attributes[indexPartition(index)] = entry.partition;
    attributes[indexSort(index)] = entry.sort;
  }
  return attributes;
}

/** Returns the item, or undefined for an expired item. DynamoDB removes expired items up to some days late. */
export function fromAttributes<Data>(attributes: Attributes, now: number): StoredItem<Data> | undefined {
  if (isExpired(attributes, now)) return undefined;
  const indexes: Item<Data>['indexes'] = {};
  for (const index of INDEXES) {
    const partition = attributes[indexPartition(index)];
    if (partition !== undefined) {
      indexes[index] = { partition: String(partition), sort: String(attributes[indexSort(index)]) };
    }
  }
  const expires = attributes[EXPIRES];
  return {
    ...keyOf(attributes),
    version: String(attributes[VERSION]),
    data: attributes[DATA] as Data,
    tags: tagsOf(attributes),
    indexes,
    ...(expires !== undefined && { expiresAt: Number(expires) * 1000 }),
  };
}

export const attributesToIndexEntry = (attributes: Attributes, sortName: string): IndexEntry => ({
  key: keyOf(attributes),
  sort: String(attributes[sortName]),
  tags: tagsOf(attributes),
});

export const countOf = (attributes: Attributes): number => Number(attributes[COUNT] ?? 0);

export const isExpired = (attributes: Attributes, now: number): boolean =>
  attributes[EXPIRES] !== undefined && Number(attributes[EXPIRES]) * 1000 <= now;

const keyOf = (attributes: Attributes): ItemKey => ({
  partition: String(attributes[PARTITION]),
  sort: String(attributes[SORT]),
});

const tagsOf = (attributes: Attributes): Tags => (attributes[TAGS] ?? {}) as Tags;
