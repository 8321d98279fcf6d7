import { afterAll, beforeAll } from 'vitest';
import { startDynamoDbLocal } from '../aws/dynamodb-local.ts';
import type { Started } from '../debian/worker-services.ts';
import type { SharedLineOptions } from './shared-line.ts';

/** Starts a DynamoDB Local for a `describe`. Returns the options of a line with ten slots that two processes share on it. */
export function twoProcessesOnDynamoDb(): () => SharedLineOptions {
  let dynamodb: Started<string>;
  beforeAll(async () => {
    dynamodb = await startDynamoDbLocal();
  }, 300_000);
  afterAll(() => dynamodb?.stop());
  return () => ({ processes: 2, capacity: 10, store: ['--dynamodb', dynamodb.value] });
}
