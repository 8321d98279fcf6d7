import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { json, settingsFor } from '../support/http/settings.ts';
import { type StartedProcess, startProcess } from '../support/local/start-process.ts';

const PATIENCE = { timeout: 60_000, interval: 100 };
/** The last two digits say what a customer does: 01 is busy. */
const BUSY = '+74951234501';
const ANSWERS = '+74951234507';

describe('npm start with limits and a do-not-call list, on a route that has a line', {
  timeout: 120_000,
}, () => {
  let folder: string;
  let simulator: Simulator;
  let local: StartedProcess;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asterisk-callback-limited-'));
    simulator = await startSimulator({ timeScale: 0.2 });
    const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    const file = join(folder, 'settings.json');
    const retry = { customer: { attempts: 3, delays: { busy: [5] } } };
    const limits = { perNumberPerDay: 1, perDay: 3 };
    const flat = {
      ...settings,
      'routes/default': { ...settings['routes/default'], line: 'sales', retry, limits },
      'lines/sales': { capacity: 2, oneOpenPerNumber: false, perAgent: false },
      doNotCallSecret: 'do-not-call-0123456789',
    };
    await writeFile(file, JSON.stringify(flat));
    local = await startProcess(['--settings', file, '--data', folder]);
  });
  afterAll(async () => {
    await local.kill();
    await simulator.close();
    await rm(folder, { recursive: true });
  });

  const originates = (): number => simulator.requests.filter(({ action }) => action === 'Originate').length;

  async function post(
    path: string,
    fields: object,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const body = JSON.stringify(fields);
    const reply = await fetch(`${local.url}${path}`, { method: 'POST', headers: json, body });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  }

  async function read(id: unknown): Promise<Record<string, unknown>> {
    const reply = await fetch(`${local.url}/callbacks/${id}`, { headers: json });
    return (await reply.json()) as Record<string, unknown>;
  }

  it('counts a callback with two attempts once, and calls the number no more once it is on the list', async () => {
    const accepted = await post('/callbacks', { to: BUSY, agent: '3200' });
    expect(accepted.status).toBe(202);
    const { id } = accepted.body;
    await vi.waitFor(async () => expect((await read(id))['attempts']).toHaveLength(2), PATIENCE);
    expect((await post('/callbacks', { to: BUSY, agent: '3200' })).body['limit']).toBe('perNumberPerDay');
    expect((await post('/do-not-call', { number: '8 495 123-45-01' })).status).toBe(200);
    await vi.waitFor(async () => expect((await read(id))['status']).toBe('failed'), PATIENCE);
    expect(originates()).toBe(2);
  });

  it('does not call a number that came onto the list while its callback was scheduled', async () => {
    const before = originates();
    const accepted = await post('/callbacks', { to: ANSWERS, agent: '3200', delaySeconds: 3 });
    expect(accepted.body['status']).toBe('scheduled');
    expect((await post('/do-not-call', { number: ANSWERS })).status).toBe(200);
    expect((await post('/callbacks', { to: ANSWERS, agent: '3200' })).body['code']).toBe('do-not-call');
    await vi.waitFor(
      async () => expect((await read(accepted.body['id']))['status']).toBe('failed'),
      PATIENCE,
    );
    expect(originates()).toBe(before);
  });

  it('counts no request that was refused', async () => {
    expect((await post('/callbacks', { to: '+74951234500', agent: '3200' })).status).toBe(202);
    const refused = await post('/callbacks', { to: '+74951234502', agent: '3200' });
    expect(refused).toMatchObject({ status: 429, body: { limit: 'perDay' } });
  });
});
