import { expect, it } from 'vitest';
import { START, VirtualLine } from '../support/queue/virtual-line.ts';
import { meter, type Units } from '../support/store/metered-table.ts';

const SECOND = 1_000;
const SLOTS = 10;
const RING_SECONDS = 8;

/** Dollars in us-east-1: DynamoDB on demand, and the function `worker` of 256 MB on arm64. */
const PRICE = { read: 0.125 / 1e6, write: 0.625 / 1e6, second: 0.25 * 0.0000133334 };

interface Busy {
  /** How long a call lives, with its ringing. */
  seconds: number;
  /** How many callbacks wait all the time. */
  waiting: number;
  /** How many are called in the time that is measured. */
  called: number;
}

/** Returns what a million callbacks cost on a line with ten calls at once, in dollars. */
async function costOfMillion({ seconds, waiting, called }: Busy): Promise<number> {
  let units: Units = { reads: 0, writes: 0 };
  const line = new VirtualLine({
    settings: { capacity: SLOTS },
    route: { pool: Array.from({ length: SLOTS }, (_, index) => String(3200 + index)) },
    planOf: () => ({
      ...{ agent: 'answers', customer: 'answers', ringMs: RING_SECONDS * SECOND },
      talkMs: (seconds - 2 * RING_SECONDS) * SECOND,
    }),
    watch: (table) => {
      const metered = meter(table);
      units = metered.units;
      return metered.table;
    },
  });
  for (let index = 0; index < waiting + called; index++) await line.accept({ expires: 100_000 });
  const accepted = units.writes / (waiting + called);
  units.writes = 0;
  units.reads = 0;
  line.startRunner({ forMs: 24 * 3600 * SECOND });
  await line.time.run(START + 24 * 3600 * SECOND, () => line.pbx.calls.length >= called + SLOTS);
  const time = (line.time.now - START) / SECOND;
  const dollars =
    (units.writes + called * accepted) * PRICE.write + units.reads * PRICE.read + time * PRICE.second;
  return (dollars / called) * 1e6;
}

it.each([
  { seconds: 60, waiting: 20, called: 100 },
  { seconds: 180, waiting: 20, called: 100 },
  { seconds: 180, waiting: 1_000, called: 100 },
])(
  'A million callbacks cost less than 100 dollars with ten calls at once: %j',
  async (busy) => {
    expect(await costOfMillion(busy)).toBeLessThan(100);
  },
  120_000,
);
