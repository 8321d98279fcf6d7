import type { Count, IndexName, ItemKey, Range } from '../item-table.ts';
import { expirySeconds, keyAttributes } from './attributes.ts';
import { COUNT_PREFIX, EXPIRES, indexPartition, indexSort, PARTITION, SORT, VERSION } from './schema.ts';

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

/** Returns the update that adds to all numbers of a counter item, or to none if a number would exceed its maximum. */
export function addition(key: ItemKey, counts: readonly Count[], expiresAt?: number) {
  const names: Record<string, string> = {};
  const values: Record<string, number> = { ':zero': 0 };
  const sets: string[] = [];
  const conditions: string[] = [];
  counts.forEach(({ name, by, max }, index) => {
    names[`#n${index}`] = `${COUNT_PREFIX}${name}`;
    values[`:by${index}`] = by;
    sets.push(`#n${index} = if_not_exists(#n${index}, :zero) + :by${index}`);
    if (max === undefined) return;
    values[`:most${index}`] = max - by;
    // An absent number counts as zero. DynamoDB cannot compare `by` and `max`, so this code compares them.
    const orAbsent = by <= max ? `attribute_not_exists(#n${index}) OR ` : '';
    conditions.push(`(${orAbsent}#n${index} <= :most${index})`);
  });
  if (expiresAt !== undefined) {
    names['#expires'] = EXPIRES;
    values[':expires'] = expirySeconds(expiresAt);
    sets.push('#expires = :expires');
  }
  return {
    Key: keyAttributes(key),
    UpdateExpression: `SET ${sets.join(', ')}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
  };
}

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
