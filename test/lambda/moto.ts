import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../asterisk/ports.ts';
import { debianRoot } from '../asterisk/roots.ts';
import { runInSandbox, type Sandbox } from '../asterisk/sandbox.ts';

/** An AWS of moto's making, independent of this project: what its Parameter Store does, nobody here has written. */
export async function startMoto(dir: string): Promise<{ url: string; stop: Sandbox['stop'] }> {
  const root = await debianRoot('moto', 'trixie', 'python3-moto,python3-flask-cors');
  for (const name of ['etc', 'log', 'merged']) await mkdir(join(dir, name), { recursive: true });
  const port = await freePort();
  const sandbox = runInSandbox(root, dir, ['moto_server', '-p', String(port), '-H', '127.0.0.1']);
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 30_000;
  while (!(await isUp(url))) {
    if (sandbox.exited() || Date.now() > deadline) {
      await sandbox.stop();
      throw new Error(`moto did not come up:\n${sandbox.output()}`);
    }
    await sleep(50);
  }
  return { url, stop: sandbox.stop };
}

const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/moto-api/data.json`).then(
    ({ ok }) => ok,
    () => false,
  );
