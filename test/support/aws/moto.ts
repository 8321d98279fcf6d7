import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../debian/ports.ts';
import { debianRoot } from '../debian/roots.ts';
import { runInSandbox, type Sandbox } from '../debian/sandbox.ts';

export interface Moto {
  /** The URL for AWS_ENDPOINT_URL_SSM. */
  value: string;
  stop(): Promise<void>;
}

export const motoRoot = (): Promise<string> =>
  debianRoot('moto', 'trixie', 'python3-moto,python3-flask-cors');

/** Starts moto: a Parameter Store and an SQS that this project did not write. */
export async function startMoto(): Promise<Moto> {
  const root = await motoRoot();
  // The next run removes a folder of this name, should this one be killed.
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
  return { value: url, stop };
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
