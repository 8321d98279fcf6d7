import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dynalite from 'dynalite';
import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { DynamoDbTable } from '../../../lib/store/dynamodb/dynamodb-table.ts';
import type { ItemTable } from '../../../lib/store/item-table.ts';
import { SqliteTable } from '../../../lib/store/sqlite/sqlite-table.ts';
import { makeTable } from '../../../local/local-store.ts';
import { sharedServices } from '../debian/worker-services.ts';

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

const services = inject('dynamodb');

/** Uses the DynamoDB Local that all test files share: each test has a table of its own. */
const sharedDynamoDbLocal = async (): Promise<RunningDynamoDb> => ({
  url: await sharedServices<string>(services ?? ''),
  stop: async () => {},
});

let tables = 0;

/** A new table in a DynamoDB; returns its name. */
export async function createTable(url: string): Promise<string> {
  Object.assign(process.env, DYNAMODB_ENVIRONMENT);
  const name = `callbacks-${process.pid}-${tables++}`;
  await makeTable(url, name);
  return name;
}

/** A DynamoDB with an empty table, and the environment in which a function finds it. */
export async function startTable(): Promise<RunningDynamoDb & { environment: Record<string, string> }> {
  const database = await startDynalite();
  const tableName = await createTable(database.url);
  return { ...database, environment: { TABLE_NAME: tableName, AWS_ENDPOINT_URL_DYNAMODB: database.url } };
}

/** Opens the item table, as one of several processes that share it would. */
export type OpenTable = (now?: () => number) => ItemTable;

/** Describes what must hold in every database. `fresh` makes an empty one and returns how to open it. */
export function describeOnDatabases(title: string, body: (fresh: () => Promise<OpenTable>) => void): void {
  describe(`${title}, on SQLite`, () => {
    const opened: ItemTable[] = [];
    const folders: string[] = [];
    afterAll(async () => {
      await Promise.all(opened.map((table) => table.close()));
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
    });
    body(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'asterisk-callback-store-'));
      folders.push(folder);
      return (now = Date.now) => {
        const table = new SqliteTable({ folder, now });
        opened.push(table);
        return table;
      };
    });
  });

  if (services === undefined)
    throw new Error('Only files named *.aws.test.ts have DynamoDB Local: rename this one.');
  const servers = { dynalite: startDynalite, 'DynamoDB Local': sharedDynamoDbLocal };
  for (const [name, start] of Object.entries(servers)) {
    if (start === sharedDynamoDbLocal && !services) {
      describe.skip(`${title}, on ${name}`, () => it('needs DynamoDB Local', () => {}));
      continue;
    }
    describe(`${title}, on ${name}`, () => {
      let server: RunningDynamoDb;
      const opened: ItemTable[] = [];
      beforeAll(async () => {
        server = await start();
      }, 300_000);
      afterAll(async () => {
        await Promise.all(opened.map((table) => table.close()));
        await server.stop();
      }, 120_000);
      body(async () => {
        const tableName = await createTable(server.url);
        return (now = Date.now) => {
          const table = new DynamoDbTable({ tableName, endpoint: server.url, now });
          opened.push(table);
          return table;
        };
      });
    });
  }
}
