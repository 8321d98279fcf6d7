import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SessionPool } from '../../lib/asterisk/session-pool.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { queueCallback } from '../../lib/calls/queue-callback.ts';
import type { Services } from '../../lib/calls/services.ts';
import { Runners } from '../../lib/queue/in-process-runners.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import type { StoredCallback } from '../../lib/store/callback-record.ts';
import { SqliteTable } from '../../lib/store/sqlite/sqlite-table.ts';
import { createStore } from '../../lib/store/store.ts';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';

const LINES = Array.from({ length: 10 }, (_, index) => index);
const PBXS_PER_LINE = 5;
const [DEAD, SILENT] = [8, 9];

/** Accepts connections, and never answers. */
async function startSilence(): Promise<{ url: string; close: () => void }> {
  const sockets: { destroy(): void }[] = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

it('Ten lines with fifty sessions at ten PBXs do not wait for the PBX that is dead and the one that is silent', async () => {
  const silence = await startSilence();
  const simulators = await Promise.all(LINES.slice(2).map(() => startSimulator()));
  const [user] = DEFAULTS.users;
  const urls = [...simulators.map(({ url }) => url), 'http://127.0.0.1:9', silence.url];
  const settings = parseSettings(
    Object.fromEntries([
      ...urls.flatMap((url, index) => [
        [`pbx/p${index}/url`, url],
        [`pbx/p${index}/username`, user.username],
        [`pbx/p${index}/secret`, user.secret],
      ]),
      ['keys/web', { secret: 'a-secret-of-enough-letters-0123456789' }],
      ...LINES.flatMap((line) => [
        [`lines/l${line}`, { capacity: 20, perAgent: false, oneOpenPerNumber: false, startsPerSecond: 50 }],
        ...pbxsOf(line).map((pbx) => [
          `routes/l${line}-p${pbx}`,
          {
            ...{ pbx: [`p${pbx}`], channel: 'PJSIP/{agent}', context: 'OUT_EXT2', line: `l${line}` },
            to: { country: 'RU', allow: ['+7'], dialAs: '8{national}' },
          },
        ]),
      ]),
    ]),
  );
  const store = createStore(new SqliteTable());
  const services: Services = {
    settings: { get: async () => settings, refresh: async () => settings },
    sessions: new SessionPool(),
    store: async () => store,
  };
  const runners = new Runners(services);
  services.wakeLine = async (line) => runners.wake(line);

  async function accept(name: string): Promise<string> {
    const parsed = parseCallbackRequest({ to: '+74951234507', agent: '3200', route: name });
    const route = settings.routes[name];
    if (!parsed.ok || !route?.line) throw new Error('the request is wrong');
    const id = newCallbackId();
    const asked = { id, principal: 'keys/web', deadline: Deadline.in(20_000) };
    await queueCallback(services, parsed.request, { ...asked, settings, route, line: route.line });
    return id;
  }
  async function records(ids: readonly string[]): Promise<StoredCallback[]> {
    const found = await Promise.all(ids.map((id) => store.readCallback(id)));
    return found.filter((record) => record !== undefined);
  }

  try {
    const routes = Object.keys(settings.routes);
    expect(routes).toHaveLength(50);
    const isSick = (route: string): boolean => new RegExp(`-p(${DEAD}|${SILENT})$`).test(route);
    // Twice, so that the second ones come while the sick PBXs are known.
    const well: string[] = [];
    const sick: string[] = [];
    for (const _ of [1, 2]) {
      for (const route of routes) (isSick(route) ? sick : well).push(await accept(route));
      await sleep(1_000);
    }
    const until = Deadline.in(40_000);
    let found = await records(well);
    while (found.some(({ endedAt }) => endedAt === undefined) && !until.hasPassed) {
      await sleep(200);
      found = await records(well);
    }
    expect(new Set(found.map(({ callback }) => callback.status))).toEqual(new Set(['completed']));
    const waits = found.map(({ createdAt, attempts }) => (attempts[0]?.startedAt ?? 0) - createdAt);
    // The login at a silent PBX takes eight seconds.
    expect(Math.max(...waits)).toBeLessThan(5_000);
    const waiting = await records(sick);
    expect(new Set(waiting.map(({ callback }) => callback.status))).toEqual(new Set(['queued']));
    expect(waiting.every(({ attempts }) => attempts.length === 0)).toBe(true);
    expect(simulators.map(({ calls }) => calls.length)).toEqual(simulators.map(() => 2 * PBXS_PER_LINE));
  } finally {
    await runners.close();
    await services.sessions.close();
    await Promise.all(simulators.map((simulator) => simulator.close()));
    silence.close();
    await store.close();
  }
}, 120_000);

const pbxsOf = (line: number): number[] =>
  Array.from({ length: PBXS_PER_LINE }, (_, index) => (line + index) % LINES.length);
