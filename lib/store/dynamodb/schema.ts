import type { CreateTableCommandInput, Projection } from '@aws-sdk/client-dynamodb';
import type { IndexName } from '../item-table.ts';

/** The attributes of a DynamoDB item. */
export const PARTITION = 'pk';
export const SORT = 'sk';
/** Unix time in seconds: the table's TTL attribute. */
export const EXPIRES = 'expires';
export const VERSION = 'version';
export const DATA = 'data';
export const TAGS = 'tags';
/** Each number of a counter item is an attribute of its own: DynamoDB adds to top-level attributes only. */
export const COUNT_PREFIX = 'count:';

export const indexPartition = (index: IndexName): string => `${index}Pk`;
export const indexSort = (index: IndexName): string => `${index}Sk`;

export const INDEXES: readonly IndexName[] = ['list', 'due', 'number'];

const KEYS_AND_TAGS: Projection = { ProjectionType: 'INCLUDE', NonKeyAttributes: [TAGS] };
/** Only keys: a new status then needs no write to this index. A number has few callbacks, which are read to filter them. */
const KEYS: Projection = { ProjectionType: 'KEYS_ONLY' };

/** Returns the table of `serverless.yml`, for a DynamoDB that does not have it. */
export const tableDefinition = (name: string): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    PARTITION,
    SORT,
    ...INDEXES.flatMap((index) => [indexPartition(index), indexSort(index)]),
  ].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: keySchema(PARTITION, SORT),
  GlobalSecondaryIndexes: INDEXES.map((index) => ({
    IndexName: index,
    KeySchema: keySchema(indexPartition(index), indexSort(index)),
    Projection: index === 'number' ? KEYS : KEYS_AND_TAGS,
  })),
});

const keySchema = (partition: string, sort: string): CreateTableCommandInput['KeySchema'] => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];
