import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { whyNoDebianRoot } from './roots.ts';

export interface Started<T> {
  value: T;
  stop(): Promise<void>;
}

/** Where the test processes ask for their services. Empty when there are none. */
export type ServicesUrl = string;

/**
 * Starts services on demand: one set for each of vitest's parallel workers, when a test file of that worker first asks.
 * So test files that run at the same time never share a PBX, and a run of one file starts one set.
 * @param prepare makes what all sets need, such as Debian roots
 */
export async function startWorkerServices<T>(
  name: string,
  prepare: () => Promise<unknown>,
  start: () => Promise<Started<T>>,
): Promise<{ url: ServicesUrl; stop(): Promise<void> }> {
  const reason = (await whyNoDebianRoot()) ?? (await prepare().then(() => undefined, messageOf));
  if (reason !== undefined) {
    if (process.env['CI'] === 'true') throw new Error(`${name}: ${reason}`);
    console.error(loudBlock(name, reason));
    return { url: '', stop: async () => {} };
  }
  const sets = new Map<string, Promise<Started<T>>>();
  const server = createServer((request, response) => {
    const worker = request.url ?? '';
    const set = sets.get(worker) ?? start();
    sets.set(worker, set);
    set.then(
      ({ value }) => response.end(JSON.stringify(value)),
      (error) => response.writeHead(500).end(messageOf(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      const started = await Promise.allSettled(sets.values());
      await Promise.all(started.map((one) => one.status === 'fulfilled' && one.value.stop()));
    },
  };
}

/** Returns the services of this worker, as plain data. */
export const servicesOfThisWorker = <T>(url: ServicesUrl): Promise<T> =>
  servicesFor(url, process.env['VITEST_POOL_ID'] ?? '1');

/** Returns the services that all workers share. */
export const sharedServices = <T>(url: ServicesUrl): Promise<T> => servicesFor(url, 'shared');

async function servicesFor<T>(url: ServicesUrl, worker: string): Promise<T> {
  const response = await fetch(`${url}/${worker}`);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function loudBlock(name: string, reason: string): string {
  const line = '!'.repeat(100);
  return `\n${line}\nSKIPPED: the tests on ${name}. ${reason}.\n${line}\n`;
}
