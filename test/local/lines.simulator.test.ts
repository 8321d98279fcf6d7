import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { json, settingsFor } from '../support/http/settings.ts';
import { type StartedProcess, startProcess } from '../support/local/start-process.ts';

/** The end of a lease, and the difference of two clocks. */
const LEASE_MS = 35_000;
const PATIENCE = { timeout: 60_000, interval: 100 };

/** The last two digits say what a customer does: 00 answers and stays, 01 is busy, 07 answers and hangs up. */
const customer = (digits: string): string => `+749512345${digits}`;

const TALKING = { first: { status: 'answered' }, second: { status: 'answered' } };

describe('npm start with a route that has a line', { timeout: 120_000 }, () => {
  let folder: string;
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ timeScale: 0.2 });
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    simulator.reset();
    folder = await mkdtemp(join(tmpdir(), 'asterisk-callback-lines-'));
    return () => rm(folder, { recursive: true });
  });

  async function start({ clockShiftMs = 0, line = {} } = {}): Promise<StartedProcess> {
    const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    const file = join(folder, 'settings.json');
    const route = { ...settings['routes/default'], line: 'sales' };
    const sales = { capacity: 2, perAgent: false, oneOpenPerNumber: false, startsPerSecond: 20, ...line };
    await writeFile(file, JSON.stringify({ ...settings, 'routes/default': route, 'lines/sales': sales }));
    return await startProcess(['--settings', file, '--data', folder], clockShiftMs);
  }

  const originates = (): number => simulator.requests.filter(({ action }) => action === 'Originate').length;

  it('calls each accepted callback once and tells how each has ended', async () => {
    await using process = await start();
    const asked = ['07', '01', '07', '01', '07', '01'];
    const accepted = await Promise.all(asked.map((digits) => place(process, { to: customer(digits) })));
    expect(accepted.map(({ status }) => status)).toEqual(asked.map(() => 'queued'));
    await vi.waitFor(async () => {
      const callbacks = await Promise.all(accepted.map(({ id }) => read(process, id)));
      expect(callbacks.map(({ status }) => status)).toEqual(
        asked.map((digits) => (digits === '07' ? 'completed' : 'busy')),
      );
    }, PATIENCE);
    expect(originates()).toBe(asked.length);
  });

  it('calls a scheduled callback in time, also after it was ended and started again', async () => {
    const before = await start();
    const { id, status } = await place(before, { to: customer('07'), delaySeconds: 8 });
    expect(status).toBe('scheduled');
    await before.end();
    expect(originates()).toBe(0);
    await using after = await start();
    await vi.waitFor(
      async () => expect(await read(after, id)).toMatchObject({ status: 'completed' }),
      PATIENCE,
    );
    const { dueAt, attempts } = await read(after, id);
    const lateMs = Date.parse(attempts[0]?.startedAt ?? '') - Date.parse(dueAt);
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(originates()).toBe(1);
  });

  it('follows the calls on that lived when it was ended, and rings none of them again', async () => {
    const before = await start();
    const { id } = await place(before, { to: customer('00') });
    await vi.waitFor(async () => expect(await read(before, id)).toMatchObject({ legs: TALKING }), PATIENCE);
    await before.end();
    await using after = await start();
    const response = await fetch(`${after.url}/callbacks/${id}`, { method: 'DELETE', headers: json });
    expect([200, 202]).toContain(response.status);
    await vi.waitFor(
      async () => expect(await read(after, id)).toMatchObject({ status: 'completed' }),
      PATIENCE,
    );
    expect(originates()).toBe(1);
  });

  it('settles the calls that ended while it was dead, and calls those that still waited', async () => {
    const before = await start({ line: { capacity: 1 } });
    const ended = await place(before, { to: customer('07') });
    const waiting = await place(before, { to: customer('01') });
    await vi.waitFor(async () => expect((await read(before, ended.id)).attempts).toHaveLength(1), PATIENCE);
    await before.kill();
    // The process after it lives later: the lease of the dead one has ended.
    await using after = await start({ clockShiftMs: LEASE_MS });
    await vi.waitFor(async () => {
      expect(['completed', 'unknown']).toContain((await read(after, ended.id)).status);
      expect((await read(after, waiting.id)).status).toBe('busy');
    }, PATIENCE);
    expect(originates()).toBeLessThanOrEqual(2);
  });
});

interface Answered {
  id: string;
  status: string;
  dueAt: string;
  attempts: { startedAt: string }[];
}

async function place({ url }: StartedProcess, request: object): Promise<Answered> {
  const body = JSON.stringify({ agent: '3200', ...request });
  const response = await fetch(`${url}/callbacks`, { method: 'POST', headers: json, body });
  expect(response.status).toBe(202);
  return (await response.json()) as Answered;
}

const read = async ({ url }: StartedProcess, id: string): Promise<Answered> =>
  (await (await fetch(`${url}/callbacks/${id}`, { headers: json })).json()) as Answered;
