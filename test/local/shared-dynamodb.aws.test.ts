import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { sharedServices } from '../support/debian/worker-services.ts';
import { json, SECRET, settingsFor } from '../support/http/settings.ts';
import { type StartedProcess, startProcess } from '../support/local/start-process.ts';

const HOUR_MS = 3_600_000;
const REQUEST = { to: '84951234500', agent: '3206' };
const dynamodb = inject('dynamodb');

/** Loading the programs takes long on a busy machine. */
describe.skipIf(!dynamodb)('Processes that share a DynamoDB', { timeout: 120_000 }, () => {
  let folder: string;
  let simulator: Simulator;
  let processes: StartedProcess[];
  let start: (clockShiftMs?: number) => Promise<StartedProcess>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asterisk-callback-shared-'));
    simulator = await startSimulator();
    const file = join(folder, 'settings.json');
    const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    const queued = { ...settings['routes/default'], line: 'sales' };
    const more = { 'routes/queued': queued, 'lines/sales': { capacity: 4 }, 'keys/web': { secret: SECRET } };
    await writeFile(file, JSON.stringify({ ...settings, ...more }));
    const url = await sharedServices<string>(dynamodb ?? '');
    start = (clockShiftMs) => startProcess(['--settings', file, '--dynamodb', url], clockShiftMs);
    processes = await Promise.all([start(), start()]);
  }, 300_000);
  afterAll(async () => {
    await Promise.all(processes.map((process) => process.kill()));
    await simulator.close();
    await rm(folder, { recursive: true });
  });

  const rings = (): number => simulator.requests.filter(({ action }) => action === 'Originate').length;

  it('ring once for twenty requests with one key, and not an hour later either', async () => {
    const key = `shared-${process.pid}-${Date.now()}`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ask(processes[index % processes.length], key)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    const [id, ...otherIds] = new Set(answers.map(({ body }) => body['id']));
    expect(otherIds).toEqual([]);
    expect(answers.filter(({ replayed }) => replayed)).toHaveLength(19);
    expect(rings()).toBe(1);
    expect(simulator.calls).toHaveLength(1);

    await using later = await start(HOUR_MS);
    const repeat = await ask(later, key);
    expect(repeat).toMatchObject({ status: 201, replayed: true, body: { id } });
    expect(rings()).toBe(1);

    const other = await ask(later, key, { ...REQUEST, to: '84951234501' });
    expect([other.status, other.body['type']]).toEqual([409, '/problems/idempotency-key-reused']);
    expect(rings()).toBe(1);

    // The clock of the third process has moved: its own callback is an hour younger.
    const own = await ask(later, `${key}-own`);
    expect(Date.parse(String(own.body['createdAt'])) - Date.now()).toBeGreaterThan(HOUR_MS / 2);
  });

  it('store and ring one callback for ten requests of a customer who asks at both at once', async () => {
    const before = rings();
    const request = { to: '84951234502', agent: '3207', route: 'queued' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        ask(processes[index % processes.length], `impatient-${process.pid}-${Date.now()}-${index}`, request),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(9).fill(200), 202]);
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    await expect.poll(rings, { timeout: 30_000 }).toBe(before + 1);
  });
});

interface Answered {
  status: number;
  replayed: boolean;
  body: Record<string, unknown>;
}

const MOST_TRIES = 20;

/** Sends a request again while the store is unreachable, as clients do: on a busy machine it is slow to answer. */
async function ask(
  process: StartedProcess | undefined,
  key: string,
  request: object = REQUEST,
): Promise<Answered> {
  for (let tries = 1; ; tries += 1) {
    const answered = await askOnce(process, key, request);
    if (answered.body['code'] !== 'store-unreachable' || tries >= MOST_TRIES) return answered;
    await sleep(500);
  }
}

async function askOnce(process: StartedProcess | undefined, key: string, request: object): Promise<Answered> {
  const headers = { ...json, 'idempotency-key': key };
  const body = JSON.stringify(request);
  const reply = await fetch(`${process?.url}/callbacks`, { method: 'POST', headers, body });
  return {
    status: reply.status,
    replayed: reply.headers.get('idempotent-replayed') === 'true',
    body: (await reply.json()) as Record<string, unknown>,
  };
}
