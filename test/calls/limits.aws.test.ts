import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SessionPool } from '../../lib/asterisk/session-pool.ts';
import type { Services } from '../../lib/calls/services.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { DynamoDbTable } from '../../lib/store/dynamodb/dynamodb-table.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { dial, dialOnce } from '../support/calls/services.ts';
import { settingsFor } from '../support/http/settings.ts';
import { createTable, type RunningDynamoDb, startDynalite } from '../support/store/dynalite.ts';
import { type FaultyProxy, startFaultyProxy } from '../support/store/faulty-proxy.ts';

/** For operations that fail after all attempts of the SDK. */
const PATIENT = 60_000;
const TO = { to: '84951234500', agent: '3206' };
const SLOW_MS = 300;
const STORE_FAULTS = ['throttled', 'lost-request', 'lost-reply'] as const;
const PBX_FAULTS = [
  'drop before executing',
  'drop after executing',
  'forget session',
  'close after reply',
] as const;
/** Two of them are one number. */
const NUMBERS = ['84951234500', '+7 495 123-45-00', '84951234501', '84951234502', '84951234503'];

const hourOf = (at: number): number => Math.floor(at / 3_600_000);

/** A generator of random numbers from 0 to 1 (mulberry32). The same seed gives the same numbers. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

describe('A callback with limits', { timeout: PATIENT }, () => {
  let database: RunningDynamoDb;
  let proxy: FaultyProxy;
  let simulator: Simulator;
  let tableName: string;
  let witness: Store;
  const opened: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    database = await startDynalite();
    proxy = await startFaultyProxy(database.url);
    simulator = await startSimulator({ loginDelayMs: 0 });
  });
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await simulator.close();
    await proxy.stop();
    await database.stop();
  });
  beforeEach(async () => {
    proxy.fault = () => 'none';
    tableName = await createTable(database.url);
    witness = createStore(new DynamoDbTable({ tableName, endpoint: database.url }));
    opened.push(witness);
  });

  /** A process with these settings. All of a test share one table. */
  function openProcess(changes: Readonly<Record<string, unknown>>): Services {
    const flat = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    const settings = parseSettings({ ...flat, 'keys/test': { secret: 'x'.repeat(16) }, ...changes });
    const get = async () => settings;
    const store = createStore(new DynamoDbTable({ tableName, endpoint: proxy.url }));
    const sessions = new SessionPool();
    opened.push(store, sessions);
    return { settings: { get, refresh: get }, sessions, store: async () => store };
  }

  const originates = (): number => simulator.requests.filter(({ action }) => action === 'Originate').length;
  const countedToday = async (): Promise<number> =>
    await witness.readCount('top', `day#${new Date().toISOString().slice(0, 10)}`);

  it.each(['server-error', 'lost-request', 'hang'] as const)(
    'is refused and rings nobody when the store answers with: %s',
    async (fault) => {
      const services = openProcess({ limits: { perDay: 5 } });
      proxy.fault = () => fault;
      const before = originates();
      await expect(dial(services, TO)).rejects.toMatchObject({ code: 'store-unreachable' });
      expect(originates()).toBe(before);
    },
  );

  it('never rings more often than the limit when replies of the store are lost', async () => {
    const services = [openProcess({ limits: { perDay: 5 } }), openProcess({ limits: { perDay: 5 } })];
    proxy.fault = (operation, number) =>
      operation === 'UpdateItem' && number % 3 === 0 ? 'lost-reply' : 'none';
    const before = originates();
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) => dial(services[n % 2] ?? openProcess({}), TO)),
    );
    const rung = results.filter(({ status }) => status === 'fulfilled').length;
    expect(originates() - before).toBe(rung);
    expect(rung).toBeLessThanOrEqual(5);
    expect(await countedToday()).toBeGreaterThanOrEqual(rung);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no PBX can be reached', { 'pbx/main/url': 'http://127.0.0.1:9' }, 'pbx-unreachable'],
    ['the PBX refuses the login', { 'pbx/main/secret': 'wrong' }, 'pbx-login-refused'],
    [
      'Asterisk refuses the Originate',
      {
        'routes/default': {
          channel: 'PJSIP/{agent}',
          context: 'nowhere',
          to: { country: 'RU', allow: ['+7'] },
        },
      },
      'pbx-refused',
    ],
  ])('is not counted when %s', async (_when, changes, code) => {
    const limits = { perNumberPerDay: 5, perMinute: 5, perDay: 5 };
    await expect(dial(openProcess({ limits, ...changes }), TO)).rejects.toMatchObject({ code });
    expect(await countedToday()).toBe(0);
  });

  it('stays counted when the reply to its Originate was lost', async () => {
    simulator.faults.add({ fault: { kind: 'drop after executing' }, when: 'Originate' });
    const before = originates();
    await Promise.allSettled([dial(openProcess({ limits: { perDay: 5 } }), TO)]);
    expect(originates() - before).toBe(1);
    expect(await countedToday()).toBe(1);
  });

  it('is counted once for ten repeats at once in two processes', async () => {
    const limits = { perNumberPerDay: 9, perMinute: 9, perDay: 9 };
    const processes = [openProcess({ limits }), openProcess({ limits })];
    const before = originates();
    const placed = await Promise.all(
      Array.from({ length: 10 }, (_, n) => dialOnce(processes[n % 2] ?? openProcess({}), TO, 'order-1')),
    );
    expect(new Set(placed.map(({ callback }) => callback.id)).size).toBe(1);
    expect(originates() - before).toBe(1);
    await expect.poll(countedToday).toBe(1);
  });

  it.each([1, 2])(
    'rings no more often through faults and repeats, whatever their order (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
      const limits = { perNumberPerDay: 4, perAgentPerHour: 7, perHour: 100, perDay: 12 };
      const processes = [openProcess({ limits }), openProcess({ limits })];
      proxy.fault = () => (random() < 0.9 ? 'none' : oneOf(STORE_FAULTS));
      const before = simulator.calls.length;
      const startedIn = hourOf(Date.now());
      const request = async (n: number): Promise<void> => {
        if (random() < 0.2) simulator.faults.add({ fault: { kind: oneOf(PBX_FAULTS) }, when: 'Originate' });
        const fields = { to: oneOf(NUMBERS), agent: oneOf(['3206', '3207', '3208']) };
        const repeats = random() < 0.5;
        const key = `seed ${seed}, order ${Math.floor(n / 2)}`;
        const services = oneOf(processes);
        await Promise.allSettled([repeats ? dialOnce(services, fields, key) : dial(services, fields)]);
      };
      for (let n = 0; n < 72; n += 8)
        await Promise.all(Array.from({ length: 8 }, (_, index) => request(n + index)));
      simulator.faults.clear();
      const rung = simulator.calls.slice(before);
      const mostOf = (values: readonly string[]): number =>
        Math.max(...[...Map.groupBy(values, (value) => value).values()].map((same) => same.length));
      // The hour or the day may end meanwhile.
      const windows = hourOf(Date.now()) === startedIn ? 1 : 2;
      expect(rung.length).toBeGreaterThan(0);
      expect(rung.length).toBeLessThanOrEqual(12 * windows);
      expect(mostOf(rung.map(({ exten }) => exten))).toBeLessThanOrEqual(4 * windows);
      expect(mostOf(rung.map(({ channel }) => channel))).toBeLessThanOrEqual(7 * windows);
    },
  );

  const LIMITED = { limits: { perNumberPerDay: 100, perAgentPerHour: 100, perHour: 100, perDay: 100 } };
  const LISTED = { doNotCallSecret: 'x'.repeat(16) };

  it.each<[string, Record<string, unknown>, Record<string, number>]>([
    ['limits and a do-not-call list are off', {}, {}],
    ['four limits apply', LIMITED, { UpdateItem: 4 }],
    ['there is a do-not-call list', LISTED, { GetItem: 1 }],
  ])('asks the store for this and no more when %s', async (_when, changes, more) => {
    const services = openProcess(changes);
    const asked = async (writes: number, place: () => Promise<unknown>) => {
      const before = proxy.operationsOn(tableName).length;
      await place();
      const counts = (): Record<string, number> => {
        const operations = proxy.operationsOn(tableName).slice(before);
        const named = (name: string) => operations.filter((each) => each === name).length;
        return Object.fromEntries([...new Set(operations)].map((name) => [name, named(name)]));
      };
      // The outcome is written after the answer.
      await expect.poll(() => counts()['PutItem'], { timeout: 15_000 }).toBe(writes);
      return counts();
    };
    expect(await asked(2, () => dial(services, TO))).toEqual({ PutItem: 2, ...more });
    expect(await asked(3, () => dialOnce(services, TO, 'order-2'))).toEqual({ PutItem: 3, ...more });
  });

  it('takes less than one round trip to the store longer than without limits, on a warm session', async () => {
    const placed = async (changes: Record<string, unknown>): Promise<number> => {
      const services = openProcess(changes);
      const times: number[] = [];
      for (let n = 0; n < 8; n += 1) {
        const started = performance.now();
        await dialOnce(services, TO, `${JSON.stringify(changes)}-${n}`);
        times.push(performance.now() - started);
      }
      return Math.min(...times.slice(2));
    };
    proxy.fault = () => ({ slowMs: SLOW_MS });
    const without = await placed({});
    expect(without).toBeGreaterThanOrEqual(SLOW_MS);
    expect(await placed({ ...LIMITED, ...LISTED })).toBeLessThan(without + SLOW_MS);
  });
});
