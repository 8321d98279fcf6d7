import { createStore, type Store, type StoreOptions } from '../store.ts';
import { DynamoDbTable } from './dynamodb-table.ts';

/** Opens the store in a DynamoDB table. */
export const openDynamoDbStore = (tableName: string, options: StoreOptions): Store =>
  createStore(new DynamoDbTable({ tableName, now: options.now ?? Date.now }), options);
