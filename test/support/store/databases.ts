import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { DynamoDbTable } from '../../../lib/store/dynamodb/dynamodb-table.ts';
import type { ItemTable } from '../../../lib/store/item-table.ts';
import { SqliteTable } from '../../../lib/store/sqlite/sqlite-table.ts';
import { sharedServices } from '../debian/worker-services.ts';
import { createTable, type RunningDynamoDb, startDynalite } from './dynalite.ts';

const services = inject('dynamodb');

/** Uses the DynamoDB Local that all test files share: each test has a table of its own. */
const sharedDynamoDbLocal = async (): Promise<RunningDynamoDb> => ({
  url: await sharedServices<string>(services ?? ''),
  stop: async () => {},
});

/** A busy machine is slow to answer. What is tested is not how long it takes. */
const PATIENT = { connectMs: 20_000, answerMs: 20_000, operationMs: 60_000 };

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
          const table = new DynamoDbTable({ tableName, endpoint: server.url, now, limits: PATIENT });
          opened.push(table);
          return table;
        };
      });
    });
  }
}
