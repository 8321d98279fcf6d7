import { CallbackError } from '../problems/callback-error.ts';
import { retentionDays } from './retention.ts';
import { createStore, type Store, type StoreOptions } from './store.ts';

/** Opens the store at the first call, and returns the same store from then on. */
export type StoreOpener = () => Promise<Store>;

/**
 * Opens the DynamoDB table of TABLE_NAME with the retention of RETENTION_DAYS.
 *
 * @throws CallbackError store-unreachable without TABLE_NAME.
 */
export function dynamoDbStore(environment: NodeJS.ProcessEnv): StoreOpener {
  let opened: Promise<Store> | undefined;
  return async () => {
    const tableName = environment['TABLE_NAME'];
    if (!tableName) {
      throw new CallbackError('store-unreachable', 'There is no store. Ask the owner to set one up', {
        hint: 'Set TABLE_NAME to the DynamoDB table of this stage. serverless.yml does that',
      });
    }
    opened ??= openDynamoDbStore(tableName, { retentionDays: retentionDays(environment) });
    return await opened;
  };
}

/** Opens the store in a DynamoDB table. Loads the SDK's client only now, because not every request needs it. */
export async function openDynamoDbStore(tableName: string, options: StoreOptions = {}): Promise<Store> {
  const { DynamoDbTable } = await import('./dynamodb/dynamodb-table.ts');
  return createStore(new DynamoDbTable({ tableName }), options);
}
