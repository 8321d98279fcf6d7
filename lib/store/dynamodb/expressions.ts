import type { CountLimit, IndexName, ItemKey, Range } from '../item-table.ts';
import { expirySeconds, keyAttributes } from './attributes.ts';
import { COUNT, EXPIRES, indexPartition, indexSort, PARTITION, SORT, VERSION } from './schema.ts';

/** The lowest and the highest text of a sort key. */
const LOWEST = ' ';
const HIGHEST = '~';

/** An expired item counts as absent. */
export const expectNone = (now: number) => ({
  ConditionExpression: 'attribute_not_exists(#key) OR #expires <= :now',
  ExpressionAttributeNames: { '#key': PARTITION, '#expires': EXPIRES },
  ExpressionAttributeValues: { ':now': Math.floor(now / 1000) },
});

export const expectVersion = (version: string) => ({
  ConditionExpression: '#version = :expected',
  ExpressionAttributeNames: { '#version': VERSION },
  ExpressionAttributeValues: { ':expected': version },
});

/** The condition of a removal. An absent item is a success, because the SDK repeats a removal after a lost reply. */
export const expectVersionOrNone = (version: string) => ({
  ConditionExpression: 'attribute_not_exists(#key) OR #version = :expected',
  ExpressionAttributeNames: { '#key': PARTITION, '#version': VERSION },
  ExpressionAttributeValues: { ':expected': version },
});

/** Returns the update that adds 1 to a counter item, and its condition. An absent number counts as zero. */
export const addOne = (key: ItemKey, { max, expiresAt }: CountLimit) => ({
  Key: keyAttributes(key),
  UpdateExpression: 'SET #count = if_not_exists(#count, :zero) + :one, #expires = :expires',
  ConditionExpression: `${max > 0 ? 'attribute_not_exists(#count) OR ' : ''}#count < :max`,
  ExpressionAttributeNames: { '#count': COUNT, '#expires': EXPIRES },
  ExpressionAttributeValues: { ':zero': 0, ':one': 1, ':max': max, ':expires': expirySeconds(expiresAt) },
});

export const subtractOne = (key: ItemKey) => ({
  Key: keyAttributes(key),
  UpdateExpression: 'SET #count = if_not_exists(#count, :zero) - :one',
  ExpressionAttributeNames: { '#count': COUNT },
  ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
});

/** Without an index, the query reads the table itself, consistently. */
export const rangeQuery = (
  { partition, from = LOWEST, to = HIGHEST, newestFirst = false }: Range,
  index?: IndexName,
) => ({
  ...(index ? { IndexName: index } : { ConsistentRead: true }),
  KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :from AND :to',
  ExpressionAttributeNames: {
    '#partition': index ? indexPartition(index) : PARTITION,
    '#sort': index ? indexSort(index) : SORT,
  },
  ExpressionAttributeValues: { ':partition': partition, ':from': from, ':to': to },
  ScanIndexForward: !newestFirst,
});
