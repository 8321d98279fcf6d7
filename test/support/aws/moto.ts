import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../asterisk/ports.ts';
import { debianRoot } from '../asterisk/roots.ts';
import { runInSandbox, type Sandbox } from '../asterisk/sandbox.ts';

export interface Moto {
  /** For AWS_ENDPOINT_URL_SSM. */
  url: string;
  stop(): Promise<void>;
}

/** An AWS of moto's making, independent of this project: what its Parameter Store does, nobody here has written. */
export async function startMoto(): Promise<Moto> {
  const root = await debianRoot('moto', 'trixie', 'python3-moto,python3-flask-cors');
  // a name that the next run clears away, should this one be killed
  const dir = await mkdtemp(join(tmpdir(), `asterisk-callback-${process.pid}-`));
  for (const name of ['etc', 'log', 'merged']) await mkdir(join(dir, name));
  const port = await freePort();
  const sandbox = runInSandbox(root, dir, ['moto_server', '-p', String(port), '-H', '127.0.0.1']);
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await sandbox.stop();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await ready(url, sandbox);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function ready(url: string, sandbox: Sandbox): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isUp(url))) {
    if (sandbox.exited() || Date.now() > deadline)
      throw new Error(`moto did not come up:\n${sandbox.output()}`);
    await sleep(50);
  }
}

const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/moto-api/data.json`).then(
    ({ ok }) => ok,
    () => false,
  );
