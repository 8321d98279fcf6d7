import type { CreateTableCommandInput, Projection } from '@aws-sdk/client-dynamodb';
import { INDEXES, type IndexName } from '../item-table.ts';

/** The attributes of a DynamoDB item. */
export const PARTITION = 'pk';
export const SORT = 'sk';
/** The TTL attribute of the table, a Unix time in seconds. */
export const EXPIRES = 'expires';
export const VERSION = 'version';
export const DATA = 'data';
export const TAGS = 'tags';
/** The number of a counter item. DynamoDB adds to top-level attributes only. */
export const COUNT = 'count:n';

export const indexPartition = (index: IndexName): string => `${index}Pk`;
export const indexSort = (index: IndexName): string => `${index}Sk`;

const KEYS_AND_TAGS: Projection = { ProjectionType: 'INCLUDE', NonKeyAttributes: [TAGS] };
/**
 * For the index `number`. Without tags, a new status costs no write to this index. A search by number reads the records
 * themselves, and a number has few.
 */
const KEYS: Projection = { ProjectionType: 'KEYS_ONLY' };

/** Returns the table of `serverless.yml`, for a DynamoDB on this machine. */
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
