import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
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
import { runScript, script } from './script.ts';

/** Lets Asterisk finish a call before the next one is timed. */
const SETTLE_MS = 2;
const WARM_UP_ROUNDS = 100;

interface Options {
  rounds: number;
  check?: true;
}

const command = script({
  name: 'bench',
  description:
    'Places calls on a real Asterisk 22 that it starts, in every way one could, and compares what each costs: all ways in turn, round by round, so that what else the machine does hits them alike.',
  examples: ['', '--rounds 1000', '--check'],
})
  .option('--rounds <n>', 'how often each is timed', positive, 300)
  .option('--check', 'exit status 1 when an aim is missed')
  .action(run);
await runScript(command);

async function run({ rounds, check }: Options): Promise<void> {
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
    const aims: [string, boolean][] = [
      ['a warm handler costs less than 1.5 bare POSTs', medianOf(warm) < 1.5 * medianOf(bare)],
      ['a new session costs less than asterisk-manager', medianOf(newSession) < medianOf(manager)],
    ];
    for (const [aim, met] of aims) console.log(`${met ? 'met   ' : 'MISSED'}  ${aim}`);
    if (check && aims.some(([, met]) => !met)) process.exitCode = 1;
  } finally {
    await running.stop();
  }
}

async function measure(
  contenders: readonly Contender[],
  times: number,
): Promise<Map<Contender, readonly number[]>> {
  const taken = new Map(contenders.map((contender): [Contender, number[]] => [contender, []]));
  for (let round = 0; round < times; round++) {
    // Each contender begins equally many rounds, because the one before it makes a difference.
    const turn = round % contenders.length;
    for (const contender of [...contenders.slice(turn), ...contenders.slice(0, turn)]) {
      await contender.before?.();
      await sleep(SETTLE_MS);
      const started = performance.now();
      await contender.call();
      taken.get(contender)?.push(performance.now() - started);
      await contender.after?.();
      await sleep(SETTLE_MS);
    }
  }
  return taken;
}

function report(
  contenders: readonly Contender[],
  times: Map<Contender, readonly number[]>,
  unit: Contender,
): void {
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

function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('must be a positive number.');
}
