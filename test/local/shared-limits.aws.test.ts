import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { sharedServices } from '../support/debian/worker-services.ts';
import { settingsFor } from '../support/http/settings.ts';
import { type StartedProcess, startProcess } from '../support/local/start-process.ts';

const SECRET = 'limited-secret-0123456789';
const CLOCK_SHIFT_MS = 2_000;
const DAY_MS = 24 * 3_600_000;
const dynamodb = inject('dynamodb');

/** The counters of a key last as long as its DynamoDB, which other tests use as well. */
const run = randomUUID().slice(0, 8);

/** Loading the programs takes long on a busy machine. */
describe.skipIf(!dynamodb)('Limits in processes that share a DynamoDB', { timeout: 120_000 }, () => {
  let folder: string;
  let simulator: Simulator;
  let processes: StartedProcess[];
  let start: (shiftMs?: number) => Promise<StartedProcess>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asterisk-callback-limits-'));
    simulator = await startSimulator();
    const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    const limited = (limits: object) => ({ secret: SECRET, limits });
    const file = join(folder, 'settings.json');
    await writeFile(
      file,
      JSON.stringify({
        ...settings,
        [`keys/five-${run}`]: limited({ perDay: 5 }),
        [`keys/three-${run}`]: limited({ perNumberPerDay: 6, perHour: 5, perDay: 7 }),
        [`keys/clock-${run}`]: limited({ perMinute: 3 }),
        [`keys/warm-${run}`]: limited({ perDay: 1_000_000 }),
      }),
    );
    const url = await sharedServices<string>(dynamodb ?? '');
    start = (shiftMs) => startProcess(['--settings', file, '--dynamodb', url], shiftMs);
    processes = await Promise.all([start(), start(CLOCK_SHIFT_MS)]);
    // A cold DynamoDB Local needs longer for its first requests than the functions wait.
    const served = async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => ask('warm', n)));
      return answers.every(({ status }) => status === 201);
    };
    await vi.waitUntil(served, { timeout: 240_000, interval: 1_000 });
  }, 300_000);
  afterAll(async () => {
    await Promise.all(processes.map((process) => process.kill()));
    await simulator.close();
    await rm(folder, { recursive: true });
  });

  const originates = (): number => simulator.requests.filter(({ action }) => action === 'Originate').length;

  async function ask(key: string, n: number, to = `8495123${4500 + (n % 50)}`, by = processes[n % 2]) {
    const reply = await fetch(`${by?.url}/callbacks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}-${run}.${SECRET}`, 'content-type': 'application/json' },
      body: JSON.stringify({ to, agent: '3206' }),
    });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  }

  it('ring exactly five phones for thirty requests at once', async () => {
    const before = originates();
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => ask('five', n)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.map(({ body }) => body['limit'])).toEqual(Array.from({ length: 25 }, () => 'perDay'));
    expect(originates() - before).toBe(5);
  });

  it('ring no more than the smallest of three limits allows, and refused requests leave no count', async () => {
    const before = originates();
    const to = '84951234500';
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => ask('three', n, to)));
    const rung = answers.filter(({ status }) => status === 201).length;
    expect(originates() - before).toBe(rung);
    expect(rung).toBeGreaterThan(0);
    expect(rung).toBeLessThanOrEqual(5);
    // What refused requests had counted is given back, so exactly five ring in all.
    for (let n = rung; n < 5; n += 1) expect((await ask('three', n, to)).status).toBe(201);
    expect((await ask('three', 0, to)).body).toMatchObject({ code: 'limit-reached', limit: 'perHour' });
    expect((await ask('three', 1, to)).body).toMatchObject({ code: 'limit-reached', limit: 'perHour' });
    expect(originates() - before).toBe(5);
  });

  it('begin to count again on the next day', async () => {
    await using tomorrow = await start(DAY_MS);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => ask('five', n, undefined, tomorrow)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect((await ask('five', 0)).body).toMatchObject({ code: 'limit-reached', limit: 'perDay' });
  });

  it('let no minute have more than its limit when their clocks differ by two seconds', async () => {
    const perMinute = new Map<string, number>();
    for (let n = 0; n < 40; n += 1) {
      const { status, body } = await ask('clock', n);
      if (status !== 201) continue;
      const minute = String(body['createdAt']).slice(0, 16);
      perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
    }
    expect(perMinute.size).toBeGreaterThan(0);
    for (const [minute, rung] of perMinute) expect(rung, minute).toBeLessThanOrEqual(3);
  });
});
