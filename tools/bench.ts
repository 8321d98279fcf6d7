import { makeCertificates } from '../test/support/asterisk/certificates.ts';
import { startPbx } from '../test/support/asterisk/pbx.ts';
import {
  ajamSession,
  asteriskManager,
  barePost,
  type Contender,
  newAjamSession,
} from './bench/contenders.ts';
import { handlers } from './bench/handler.ts';
import { type Aim, measure, quantile, reportAims, type Times } from './bench/measure.ts';
import { benchOverNetwork } from './bench/over-network.ts';
import { positiveInteger, runScript, script } from './script.ts';

const WARM_UP_ROUNDS = 100;

interface Options {
  rounds: number;
  rtt?: number;
  check?: boolean;
}

const command = script({
  name: 'bench',
  description:
    'Starts a real Asterisk 22 and places calls in several ways: with the whole function, with the AJAM client alone, and with other clients. Compares the time of each way. Each round places one call in each way, so other work of the machine slows all ways equally. Needs Linux and root.',
  examples: ['', '--rounds 1000', '--check', '--rtt 20 --check'],
})
  .option('--rounds <n>', 'the number of rounds', positiveInteger(1_000_000), 300)
  .option(
    '--rtt <ms>',
    'simulate a network: a round trip to the PBX takes this time, and a round trip to DynamoDB 3 ms',
    positiveInteger(10_000),
  )
  .option('--check', 'end with status 1 if an aim is missed')
  .action(run);
await runScript(command);

async function run({ rounds, rtt, check = false }: Options): Promise<void> {
  if (rtt !== undefined) return await benchOverNetwork({ rounds, roundTripMs: rtt, check });
  const running = await startPbx('22', await makeCertificates());
  try {
    const { pbx } = running;
    const { warm, newSession, keyed, classic } = await handlers(pbx.httpUrl, pbx.users.callback);
    const bare = await barePost(pbx);
    const manager = asteriskManager(pbx, { logoff: true });
    const contenders = [
      bare,
      await ajamSession(pbx),
      warm,
      newSession,
      keyed,
      classic,
      newAjamSession(pbx),
      asteriskManager(pbx, { logoff: false }),
      manager,
    ];
    await measure(contenders, WARM_UP_ROUNDS);
    const times = await measure(contenders, rounds);
    await Promise.all(contenders.map(({ close }) => close?.()));
    console.log(`Node ${process.versions.node}, Asterisk 22 on loopback, ${rounds} calls each\n`);
    report(contenders, times, bare);

    const medianOf = (contender: Contender): number => quantile(times.get(contender) ?? [], 0.5);
    const aims: Aim[] = [
      ['a warm handler costs less than 1.5 bare POSTs', medianOf(warm) < 1.5 * medianOf(bare)],
      ['a new session costs less than asterisk-manager', medianOf(newSession) < medianOf(manager)],
    ];
    reportAims(aims, check);
  } finally {
    await running.stop();
  }
}

function report(contenders: readonly Contender[], times: Times, unit: Contender): void {
  const base = quantile(times.get(unit) ?? [], 0.5);
  console.log(
    `${''.padEnd(50)}${['median ms', 'p95 ms', 'ratio'].map((word) => word.padStart(11)).join('')}`,
  );
  for (const contender of contenders) {
    const samples = times.get(contender) ?? [];
    const median = quantile(samples, 0.5);
    const columns = [median.toFixed(2), quantile(samples, 0.95).toFixed(2), (median / base).toFixed(2)];
    console.log(`${contender.name.padEnd(50)}${columns.map((column) => column.padStart(11)).join('')}`);
  }
  console.log('');
}
