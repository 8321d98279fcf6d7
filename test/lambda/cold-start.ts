import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { startParameterStore } from '../../local/parameter-store.ts';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';
import { bundleFunction } from '../../tools/bundle/bundle.ts';
import { LAMBDA_ENVIRONMENT, median } from '../../tools/bundle/load.ts';
import { makeCertificates } from '../support/asterisk/certificates.ts';
import { startTable } from '../support/store/dynalite.ts';
import { post, signed, TO, webhookBody } from './messages.ts';

/**
 * Measures what a caller waits for when a function starts, with the share of a processor that Lambda gives to a function
 * of a memory size. Run it as root on Linux with cgroup v1, on a quiet machine: `npm run cold-start -- 15`.
 */

const RUNS = Number(process.argv[2] ?? 15);
const KEY = 'cold-start-secret-0123456789';

/** Lambda gives one processor to a function of 1769 MB. */
const SIZES_MB = [256, 512, 1024];
const PERIOD_US = 20_000;
const GROUP = `/sys/fs/cgroup/cpu/cold-start-${process.pid}`;

/** Moves its process into the group first, so that the quota counts for all of Node's start. */
const SHELL = 'echo $$ > "$GROUP/cgroup.procs" && exec "$@"';

const CHILD = `
  const [file, event] = process.argv.slice(1);
  const context = { awsRequestId: crypto.randomUUID(), getRemainingTimeInMillis: () => 29_000 };
  (async () => {
    const start = performance.now();
    const { handler } = require(file);
    const loaded = performance.now();
    const answer = await handler(JSON.parse(event), context);
    const answered = performance.now();
    const { user, system } = process.cpuUsage();
    const status = answer.statusCode ?? (answer.code === undefined ? 'ok' : answer.code);
    require('fs').writeSync(3, JSON.stringify({ load: loaded - start, call: answered - loaded,
      cpu: (user + system) / 1000, rss: process.resourceUsage().maxRSS / 1024, status }));
    process.exit(0);
  })();
`;

interface Start {
  load: number;
  call: number;
  cpu: number;
  rss: number;
  status: number | string;
}

async function startOnce(
  file: string,
  event: unknown,
  env: Readonly<Record<string, string>>,
): Promise<Start> {
  const args = ['-c', SHELL, 'sh', process.execPath, '-e', CHILD, file, JSON.stringify(event)];
  const child = spawn('sh', args, {
    env: { ...env, GROUP, PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const [measured] = await Promise.all([text(child.stdio[3] as Readable), once(child, 'close')]);
  return JSON.parse(measured);
}

const { ca, server } = await makeCertificates();
const simulator = await startSimulator({ loginDelayMs: 0, tls: server });
const { username, secret } = DEFAULTS.users[0];
const settings = await startParameterStore(LAMBDA_ENVIRONMENT.SETTINGS_PATH, {
  'pbx/main/url': simulator.url,
  'pbx/main/username': username,
  'pbx/main/secret': secret,
  'pbx/main/ca': ca,
  'routes/default': { channel: 'PJSIP/{agent}', context: 'OUT_EXT2', to: { country: 'RU', allow: ['+7'] } },
  'keys/web': { secret: KEY },
  'webhooks/json': {
    source: 'json',
    secret: KEY,
    map: { to: 'customer.phone', agent: '"3204"', key: 'id', time: 'at' },
  },
});
const table = await startTable();
const env = { ...LAMBDA_ENVIRONMENT, ...settings.environment, ...table.environment };

let number = 0;
const request = () => ({ to: `${TO.slice(0, -2)}${10 + (number++ % 90)}`, agent: '3204' });
const webhook = (): unknown => {
  const body = webhookBody(String(number++));
  return post('/webhooks/json', signed(body, KEY), body);
};
const EVENTS: Readonly<Record<string, () => unknown>> = {
  callback: () => post('/callbacks', { authorization: `Bearer web.${KEY}` }, JSON.stringify(request())),
  event: request,
  webhook,
  worker: () => ({ tick: true }),
};

try {
  mkdirSync(GROUP);
  writeFileSync(`${GROUP}/cpu.cfs_period_us`, String(PERIOD_US));
  console.log('function   MB   share  load ms  first call ms  both  CPU ms  RSS MB');
  for (const [name, eventOf] of Object.entries(EVENTS)) {
    const { file } = await bundleFunction(name);
    await startOnce(file, eventOf(), env);
    for (const size of SIZES_MB) {
      const share = size / 1769;
      writeFileSync(`${GROUP}/cpu.cfs_quota_us`, String(Math.round(PERIOD_US * share)));
      const starts: Start[] = [];
      for (let run = 0; run < RUNS; run++) starts.push(await startOnce(file, eventOf(), env));
      const refused = starts.find(({ status }) => status !== 201 && status !== 'ok');
      if (refused) throw new Error(`${name} answered ${refused.status}`);
      const of = (what: 'load' | 'call' | 'cpu' | 'rss') => median(starts.map((start) => start[what]));
      const both = median(starts.map(({ load, call }) => load + call));
      const figures = [of('load'), of('call'), both, of('cpu'), of('rss')].map((figure) => figure.toFixed(0));
      console.log([name.padEnd(9), size, share.toFixed(3), ...figures].join('   '));
    }
  }
} finally {
  rmdirSync(GROUP);
  await Promise.all([simulator.close(), settings.close(), table.stop()]);
}
process.exit(0);
