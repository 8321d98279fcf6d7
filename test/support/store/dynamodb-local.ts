import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../debian/ports.ts';
import { cacheFolder, makeOnce } from '../debian/roots.ts';

const run = promisify(execFile);

/** The npm package that carries AWS's DynamoDBLocal.jar. Its own dependencies are not needed. */
const PACKAGE = 'amplify-dynamodb-simulator@2.9.30';

export interface RunningDynamoDb {
  url: string;
  stop(): Promise<void>;
}

/** Starts AWS's own DynamoDB Local, in memory. */
export async function startDynamoDbLocal(): Promise<RunningDynamoDb> {
  await needJava();
  const folder = join(cacheFolder(), 'dynamodb-local-2.9.30');
  const unpack = `mkdir -p "$partial" && cd "$partial" && npm pack --silent ${PACKAGE} && tar xzf *.tgz --strip-components=2 package/emulator && rm -f *.tgz`;
  if (!existsSync(folder)) await makeOnce(folder, 'DynamoDB Local', unpack);
  const port = await freePort();
  const options = ['-Xmx512m', '-Djava.library.path=DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'];
  const child = spawn('java', [...options, '-inMemory', '-port', String(port), '-disableTelemetry'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = `http://127.0.0.1:${port}`;
  await ready(url, child);
  return {
    url,
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Installs Debian's Java where there is none. A machine that lets nobody install it fails the tests. */
async function needJava(): Promise<void> {
  const hasJava = () =>
    run('java', ['-version']).then(
      () => true,
      () => false,
    );
  if (await hasJava()) return;
  const install = 'apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless';
  await run('sh', ['-c', install], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  if (!(await hasJava())) throw new Error('DynamoDB Local needs Java 17: install openjdk-17-jre-headless');
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  const deadline = Date.now() + 110_000;
  // It answers any request, be it with an error, once it listens.
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`DynamoDB Local did not start:\n${said}`);
    await sleep(50);
  }
}
