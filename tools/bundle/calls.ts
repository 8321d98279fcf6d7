import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startParameterStore } from '../../local/parameter-store.ts';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';
import { startTable } from '../../test/support/store/dynalite.ts';
import { LAMBDA_ENVIRONMENT, type Load, median } from './load.ts';

const KEY = 'size-secret-0123456789';

const EVENT = {
  version: '2.0',
  rawPath: '/callbacks',
  headers: { authorization: `Bearer size.${KEY}`, 'content-type': 'application/json' },
  requestContext: { http: { method: 'POST', path: '/callbacks', sourceIp: '127.0.0.1' } },
  body: JSON.stringify({ to: '+74951234504', agent: '3204' }),
};

/** A program that calls the function many times, one call after the other, as Lambda does. */
const CALLER = `
  const [file, event, calls] = process.argv.slice(1);
  const context = { awsRequestId: 'size', getRemainingTimeInMillis: () => 10_000 };
  (async () => {
    const { handler } = require(file);
    for (let call = 0; call < calls; call++) {
      const { statusCode, body } = await handler(JSON.parse(event), context);
      if (statusCode !== 201) throw new Error(body);
    }
    const { rss } = process.memoryUsage();
    gc();
    process.send({ rss, heap: process.memoryUsage().heapUsed }, () => process.exit(0));
  })();
`;

type Memory = Pick<Load, 'rssMb' | 'heapMb'>;

/** Returns the memory of the function `callback` after many calls to a simulated PBX: medians of `runs` processes. */
export async function memoryAfter(calls: number, file: string, runs: number): Promise<Memory> {
  await using simulator = await startSimulator({ loginDelayMs: 0, timeScale: 0.01 });
  const { username, secret } = DEFAULTS.users[0];
  const store = await startParameterStore(LAMBDA_ENVIRONMENT.SETTINGS_PATH, {
    'pbx/main/url': simulator.url,
    'pbx/main/username': username,
    'pbx/main/secret': secret,
    'routes/default': { channel: 'PJSIP/{agent}', context: 'OUT_EXT2', to: { allow: ['+7'] } },
    'keys/size': { secret: KEY },
  });
  const table = await startTable();
  try {
    const all: Memory[] = [];
    for (let run = 0; run < runs; run++)
      all.push(await call(file, calls, { ...store.environment, ...table.environment }));
    const of = (what: keyof Memory) => median(all.map((memory) => memory[what]));
    return { rssMb: of('rssMb'), heapMb: of('heapMb') };
  } finally {
    await table.stop();
    await store.close();
  }
}

async function call(file: string, calls: number, environment: Record<string, string>): Promise<Memory> {
  const args = ['--expose-gc', '-e', CALLER, file, JSON.stringify(EVENT), String(calls)];
  const child = spawn(process.execPath, args, {
    env: { ...LAMBDA_ENVIRONMENT, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let memory: { rss: number; heap: number } | undefined;
  child.once('message', (message: typeof memory) => {
    memory = message;
  });
  await once(child, 'close');
  if (!memory) throw new Error(`${file} did not answer ${calls} calls`);
  return { rssMb: memory.rss / 2 ** 20, heapMb: memory.heap / 2 ** 20 };
}
