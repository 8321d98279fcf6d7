import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.ts';
import { runInSandbox, type Sandbox } from './sandbox.ts';
import type { Started } from './worker-services.ts';

/**
 * Starts an HTTP server from a Debian root, on a free port of 127.0.0.1. Resolves with its URL once it answers.
 * @param command the program and its arguments; must listen on the given port
 */
export async function startServer(
  root: string,
  command: (port: number) => string[],
): Promise<Started<string>> {
  // The next run removes a folder of this name, should this one be killed.
  const dir = await mkdtemp(join(tmpdir(), `asterisk-callback-${process.pid}-`));
  for (const name of ['etc', 'log', 'merged']) await mkdir(join(dir, name));
  const port = await freePort();
  const sandbox = runInSandbox(root, dir, command(port));
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

/** Any answer will do, an error too. */
async function ready(url: string, sandbox: Sandbox): Promise<void> {
  const deadline = Date.now() + 110_000;
  while (!(await answers(url))) {
    if (sandbox.exited() || Date.now() > deadline)
      throw new Error(`the server at ${url} did not start:\n${sandbox.output()}`);
    await sleep(50);
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );
