import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AjamSession } from '../../lib/ajam/index.ts';
import { DEFAULT_DIALPLAN, DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { delayingProxy } from '../../tools/bench/delaying-proxy.ts';
import { handlers } from '../../tools/bench/handler.ts';
import { newOriginate } from '../../tools/bench/request.ts';

const [user] = DEFAULTS.users;
let simulator: Simulator;
let ways: Awaited<ReturnType<typeof handlers>>;

beforeAll(async () => {
  const contexts = { local: [{ exten: '_X.', step: { kind: 'answers', ringsMs: 0 } }] } as const;
  simulator = await startSimulator({ loginDelayMs: 0, dialplan: { ...DEFAULT_DIALPLAN, contexts } });
  ways = await handlers(simulator.url, user);
});
afterAll(async () => {
  await ways.warm.close?.();
  await simulator.close();
});

/** What Asterisk is told, without what is another one each time. */
async function exchangesOf(call: () => Promise<unknown>): Promise<{ actions: string[]; headers: string[] }> {
  simulator.reset();
  await call();
  const actions = simulator.requests.map(({ action }) => action);
  const originate = simulator.requests.find(({ action }) => action === 'Originate');
  const headers = (originate?.headers ?? []).map((header) =>
    header.replace(/cb_[0-9a-f]{32}|[0-9a-f-]{36}$/, '…'),
  );
  return { actions, headers };
}

describe('npm run bench', () => {
  it('sends the same Originate in every way that it compares', async () => {
    const session = await AjamSession.open({ url: simulator.url, ...user });
    const bare = await exchangesOf(() => session.send(newOriginate()));
    await session.logoff();
    expect(bare.headers.length).toBeGreaterThan(10);
    expect((await exchangesOf(ways.warm.call)).headers).toEqual(bare.headers);
  });

  it('measures warm requests of one round trip, with a key and by a webhook too, and one with a new session', async () => {
    await ways.warm.call();
    for (const way of [ways.warm, ways.keyed, ways.classic, ways.webhook]) {
      expect((await exchangesOf(way.call)).actions).toEqual(['Originate']);
    }
    await ways.newSession.before?.();
    expect((await exchangesOf(ways.newSession.call)).actions).toEqual(['Challenge', 'Login', 'Originate']);
  });

  it('counts a round trip for a connection and one for each reply, and takes so long', async () => {
    const proxy = await delayingProxy(simulator.url, 20);
    const started = performance.now();
    const session = await AjamSession.open({ url: proxy.url, ...user });
    await session.send({ action: 'Ping' });
    // The connection, the challenge, the login and the action.
    expect(proxy.roundTrips).toBe(4);
    expect(performance.now() - started).toBeGreaterThanOrEqual(75);
    await session.logoff();
    await proxy.close();
  });

  it('writes the log lines of production and shows none', async () => {
    const shown = vi.spyOn(process.stdout, 'write');
    const made = vi.spyOn(JSON, 'stringify');
    await ways.warm.call();
    const lines = made.mock.results.map(({ value }) => String(value));
    expect(lines.filter((line) => line.includes('"message":"callback"'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('"CloudWatchMetrics"'))).toHaveLength(1);
    expect(shown).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});
