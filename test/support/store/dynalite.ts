import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { makeTable } from '../../../local/local-table.ts';

/** What the SDK wants before it talks to a DynamoDB that checks no credentials. */
const DYNAMODB_ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
};

export interface RunningDynamoDb {
  url: string;
  stop(): Promise<void>;
}

export async function startDynalite(): Promise<RunningDynamoDb> {
  const server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

let tables = 0;

/** A new table in a DynamoDB; returns its name. */
export async function createTable(
  url: string,
  name = `callbacks-${process.pid}-${tables++}`,
): Promise<string> {
  Object.assign(process.env, DYNAMODB_ENVIRONMENT);
  await makeTable(url, name);
  return name;
}

/** A DynamoDB with an empty table, and the environment in which a function finds it. */
export async function startTable(
  name?: string,
): Promise<RunningDynamoDb & { environment: Record<string, string> }> {
  const database = await startDynalite();
  const tableName = await createTable(database.url, name);
  return { ...database, environment: { TABLE_NAME: tableName, AWS_ENDPOINT_URL_DYNAMODB: database.url } };
}
