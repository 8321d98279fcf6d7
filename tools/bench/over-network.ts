import { DynamoDbTable } from '../../lib/store/dynamodb/dynamodb-table.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { makeTable } from '../../local/local-table.ts';
import { makeCertificates } from '../../test/support/asterisk/certificates.ts';
import { startPbx } from '../../test/support/asterisk/pbx.ts';
import { startDynamoDbLocal } from '../../test/support/aws/dynamodb-local.ts';
import { newRecord } from '../../test/support/store/records.ts';
import type { Contender } from './contenders.ts';
import { type DelayingProxy, delayingProxy } from './delaying-proxy.ts';
import { handlers } from './handler.ts';
import { type Aim, measure, quantile, reportAims } from './measure.ts';

/** The usual round trip from a function to DynamoDB in its region. */
const STORE_ROUND_TRIP_MS = 3;
const TABLE_NAME = 'bench';
const WARM_UP_ROUNDS = 30;
const MOST_KEYED = 1.5;
const MOST_UNKEYED = 1.2;

interface Options {
  rounds: number;
  roundTripMs: number;
  check: boolean;
}

/** Measures each kind of call: its round trips to the PBX, and its time in units of a round trip. */
export async function benchOverNetwork({ rounds, roundTripMs, check }: Options): Promise<void> {
  await using started = new AsyncDisposableStack();
  const running = await startPbx('22', await makeCertificates());
  started.defer(() => running.stop());
  const database = await startDynamoDbLocal();
  started.defer(() => database.stop());
  const { pbx } = running;
  const toPbx = await delayingProxy(pbx.httpUrl, roundTripMs);
  started.defer(() => toPbx.close());
  const toStore = await delayingProxy(database.value, STORE_ROUND_TRIP_MS);
  started.defer(() => toStore.close());

  const opened = Promise.withResolvers<Store>();
  const { users } = pbx;
  const { warm, keyed, classic, webhook, newSession } = await handlers(
    toPbx.url,
    users.callback,
    () => opened.promise,
  );
  // `handlers` has set the environment that the AWS SDK needs.
  await makeTable(database.value, TABLE_NAME);
  const store = createStore(new DynamoDbTable({ tableName: TABLE_NAME, endpoint: toStore.url }));
  opened.resolve(store);
  const write: Contender = {
    name: 'one write to the table alone',
    call: () => store.saveCallback(newRecord()),
  };
  const all = [warm, keyed, classic, webhook, newSession, write];
  const counted = all.map((contender) => counting(contender, toPbx));
  const contenders = counted.map(({ contender }) => contender);
  await measure(contenders, WARM_UP_ROUNDS);
  for (const { counts } of counted) counts.length = 0;
  const times = await measure(contenders, rounds);
  await Promise.all(contenders.map(({ close }) => close?.()));
  await store.close();

  console.log(
    `Node ${process.versions.node}, Asterisk 22 at ${roundTripMs} ms, DynamoDB Local at ${STORE_ROUND_TRIP_MS} ms, ${rounds} calls each\n`,
  );
  print('', ['median ms', 'p10 ms', 'p10 in trips', 'PBX round trips']);
  const taken = counted.map(({ contender, counts }) => {
    const samples = times.get(contender) ?? [];
    const [median, fast] = [quantile(samples, 0.5), quantile(samples, 0.1)];
    // The fastest tenth waits for the network alone. Slower calls also wait for other work of the machine.
    const trips = fast / roundTripMs;
    const counted = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    print(
      contender.name,
      [median, fast, trips, counted].map((figure) => figure.toFixed(2)),
    );
    return trips;
  });
  console.log('');
  const [unkeyed = Number.NaN, ...others] = taken;
  const aims: Aim[] = [
    [`a warm call without a key takes at most ${MOST_UNKEYED} round trips`, unkeyed <= MOST_UNKEYED],
    ...[keyed, classic, webhook].map((contender, index): Aim => {
      const trips = others[index] ?? Number.NaN;
      return [`${contender.name}, takes at most ${MOST_KEYED} round trips`, trips <= MOST_KEYED];
    }),
  ];
  reportAims(aims, check);
}

/** Returns a contender that also counts the round trips of each call. Only one call at a time may use the proxy. */
function counting(contender: Contender, proxy: DelayingProxy): { contender: Contender; counts: number[] } {
  const counts: number[] = [];
  const call = async (): Promise<void> => {
    const before = proxy.roundTrips;
    await contender.call();
    counts.push(proxy.roundTrips - before);
  };
  return { contender: { ...contender, call }, counts };
}

const print = (name: string, columns: readonly string[]): void =>
  console.log(`${name.padEnd(40)}${columns.map((column) => column.padStart(17)).join('')}`);
