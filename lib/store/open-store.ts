import { CallbackError } from '../problems/callback-error.ts';
import type { Store, StoreOptions } from './store.ts';

/** Opens the store at the first call, and returns the same store from then on. */
export type StoreOpener = () => Promise<Store>;

/**
 * Opens the DynamoDB table of TABLE_NAME. Neither the SDK's client nor the store is loaded before it is needed.
 *
 * @throws CallbackError store-unreachable without TABLE_NAME.
 */
export function dynamoDbStore(environment: NodeJS.ProcessEnv, options: StoreOptions = {}): StoreOpener {
  let opened: Promise<Store> | undefined;
  return async () => {
    const tableName = environment['TABLE_NAME'];
    if (!tableName) {
      throw new CallbackError('store-unreachable', 'There is no store. Ask the owner to set one up', {
        hint: 'Set TABLE_NAME to the DynamoDB table of this stage. serverless.yml does that',
      });
    }
    opened ??= open(tableName, options);
    return await opened;
  };
}

async function open(tableName: string, options: StoreOptions): Promise<Store> {
  const { openDynamoDbStore } = await import('./dynamodb/dynamodb-store.ts');
  return openDynamoDbStore(tableName, options);
}

/** Reads RETENTION_DAYS. Ignores a value that is not a number of days. */
export function retentionDays(environment: NodeJS.ProcessEnv): number | undefined {
  const days = Number(environment['RETENTION_DAYS'] || undefined);
  return days > 0 ? days : undefined;
}
