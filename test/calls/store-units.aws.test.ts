import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { CallbackView, PlacedCallback } from '../../lib/calls/callback.ts';
import { lookUpCall } from '../../lib/calls/look-up-call.ts';
import type { Services } from '../../lib/calls/services.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { DynamoDbTable } from '../../lib/store/dynamodb/dynamodb-table.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { dial, dialOnce, servicesFor, technologyNamed } from '../support/calls/services.ts';
import { sharedServices } from '../support/debian/worker-services.ts';
import { type CapacityProxy, startCapacityProxy, type Units } from '../support/store/capacity-proxy.ts';
import { createTable } from '../support/store/dynalite.ts';

const USER = {
  username: 'control',
  secret: 'control-secret',
  read: 'call',
  write: 'originate,call,reporting',
};
/** The agent is busy at once. */
const REQUEST = { to: '+74951234500', agent: '3201', route: 'agent-first' };
const RINGS = { ...REQUEST, agent: '3206' };
const COMPLETED = { ...REQUEST, wait: 'completed' };
const PATIENT = { connectMs: 20_000, answerMs: 20_000, operationMs: 60_000 };
const dynamodb = inject('dynamodb');

describe.skipIf(!dynamodb)('A callback costs as many units of DynamoDB as docs/operations.md says', () => {
  let simulator: Simulator;
  let proxy: CapacityProxy;
  let store: Store;
  /** Past the proxy that counts. */
  let direct: Store;
  let services: Services;
  let url: string;
  let tableName: string;
  let docs: string;
  beforeAll(async () => {
    docs = await readFile('docs/operations.md', 'utf8');
    simulator = await startSimulator({ loginDelayMs: 0, users: [USER] });
    url = await sharedServices<string>(dynamodb ?? '');
    proxy = await startCapacityProxy(url);
    // One process with an open session places all callbacks.
    const open = async (): Promise<Store> => store;
    services = servicesFor({ httpUrl: simulator.url }, USER, technologyNamed('PJSIP'), {}, open);
  }, 300_000);
  // Each test has a table of its own, because an earlier test may still write.
  beforeEach(async () => {
    tableName = await createTable(url);
    store = createStore(new DynamoDbTable({ tableName, endpoint: proxy.url, limits: PATIENT }));
    direct = createStore(new DynamoDbTable({ tableName, endpoint: url, limits: PATIENT }));
  });
  afterEach(async () => {
    await Promise.all([store.close(), direct.close()]);
  });
  afterAll(async () => {
    await services.sessions.close();
    await proxy[Symbol.asyncDispose]();
    await simulator.close();
  });

  it.each<[string, (key: string) => Promise<unknown>]>([
    ['`wait: accepted`, without an `Idempotency-Key`', () => dialled(dial(services, REQUEST))],
    ['`wait: accepted`, with an `Idempotency-Key`', (key) => dialled(dialOnce(services, REQUEST, key))],
    ['`wait: completed`, with an `Idempotency-Key`', (key) => dialOnce(services, COMPLETED, key)],
    ['a repeat while the phone rings', (key) => twice(() => dialled(dialOnce(services, RINGS, key)))],
    ['`GET /callbacks/{id}` after the call', lookedUp],
  ])('for %s', async (row, place) => {
    await place(randomUUID());
    const { write, read } = unitsOf(row);
    // The docs name the most. Fewer are written if two writes become one, or if a repeat learns early enough that it is one.
    await expect
      .poll(() => proxy.unitsOn(tableName).write, { timeout: 15_000 })
      .toBeGreaterThanOrEqual(Math.floor(write / 2));
    expect(proxy.unitsOn(tableName).write).toBeLessThanOrEqual(write);
    expect(proxy.unitsOn(tableName).read).toBeLessThanOrEqual(read);
  });

  /** Waits until the last write of the callback is done, which the response does not wait for. */
  async function dialled(placing: Promise<CallbackView | PlacedCallback>): Promise<void> {
    const placed = await placing;
    const { id } = 'callback' in placed ? placed.callback : placed;
    const isWritten = async () => (await direct.readCallback(id))?.attempts[0]?.repliedAt !== undefined;
    await expect.poll(isWritten, { timeout: 10_000 }).toBe(true);
  }

  async function twice(send: () => Promise<unknown>): Promise<void> {
    await send();
    await proxy.reset();
    await send();
  }

  async function lookedUp(key: string): Promise<void> {
    const { callback } = await dialOnce(services, COMPLETED, key);
    await proxy.reset();
    const record = await store.readCallback(callback.id);
    if (record) await lookUpCall(services, record, Deadline.in(10_000));
  }

  /** The units in the row of the table in the docs. */
  function unitsOf(row: string): Units {
    const cells = docs
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .find(([, title]) => title === row);
    return { write: Number(cells?.[2]), read: Number(cells?.[3]) };
  }
});
