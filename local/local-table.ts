import {
  CreateTableCommand,
  DynamoDBClient,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDbTable } from '../lib/store/dynamodb/dynamodb-table.ts';
import { EXPIRES, tableDefinition } from '../lib/store/dynamodb/schema.ts';

const TABLE_NAME = 'asterisk-callback-local';

/** Opens the table of `start`. Creates a missing table. */
export async function openLocalTable(endpoint: string): Promise<DynamoDbTable> {
  await makeTable(endpoint, TABLE_NAME);
  return new DynamoDbTable({ tableName: TABLE_NAME, endpoint });
}

/** Creates the table if it is missing, and waits until DynamoDB can use it. */
export async function makeTable(url: string, name: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint: url });
  try {
    await client.send(new CreateTableCommand(tableDefinition(name))).catch(unless('ResourceInUseException'));
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 2 }, { TableName: name });
    const TimeToLiveSpecification = { AttributeName: EXPIRES, Enabled: true };
    // DynamoDB throws if TTL is enabled already. A stand-in may not support TTL. TTL only saves space: readers skip expired items.
    await client
      .send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }))
      .catch(unless('ValidationException', 'UnknownOperationException', 'InvalidAction'));
  } finally {
    client.destroy();
  }
}

const unless =
  (...names: string[]) =>
  (error: unknown): void => {
    if (!(error instanceof Error && names.includes(error.name))) throw error;
  };
