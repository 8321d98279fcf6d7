import { describe, expect, it } from 'vitest';
import { lineNeeds } from '../../lib/queue/line-needs.ts';
import { tick } from '../../lib/queue/tick.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { lineLease } from '../../lib/store/leases.ts';
import type { Store } from '../../lib/store/store.ts';
import { openMemoryStore } from '../support/store/memory-store.ts';
import { newRecord } from '../support/store/records.ts';

const MINUTE = 60_000;

const settings = parseSettings({
  'pbx/main/url': 'http://127.0.0.1:9',
  'pbx/main/username': 'callback',
  'pbx/main/secret': 'nobody-checks-it',
  'lines/sales': { capacity: 2 },
  'lines/support': { capacity: 2 },
  'routes/default': { channel: 'PJSIP/{agent}', context: 'out', to: { allow: ['+7'] }, line: 'sales' },
});
const source = { get: async () => settings, refresh: async () => settings };

interface Waiting {
  dueInMs?: number;
  status?: 'queued' | 'scheduled';
}

async function accept(store: Store, line: string, { dueInMs = 0, status = 'queued' }: Waiting = {}) {
  const dueAt = Date.now() + dueInMs;
  return await store.saveCallback({ ...newRecord({ line, dueAt, status }), expiresAt: dueAt + 60 * MINUTE });
}

async function startedBy(store: Store): Promise<string[]> {
  const started: string[] = [];
  await tick({ store: async () => store, settings: source }, async (line) => {
    started.push(line);
  });
  return started;
}

describe('A tick', () => {
  it('starts one runner for each line with a callback that is due or will be within a minute', async () => {
    const store = await openMemoryStore()();
    await accept(store, 'sales');
    await accept(store, 'sales');
    await accept(store, 'support', { dueInMs: MINUTE, status: 'scheduled' });
    expect((await startedBy(store)).toSorted()).toEqual(['sales', 'support']);
  });

  it('starts no runner for a line without work, or whose callbacks are due later', async () => {
    const store = await openMemoryStore()();
    await accept(store, 'sales', { dueInMs: 10 * MINUTE, status: 'scheduled' });
    expect(await startedBy(store)).toEqual([]);
  });

  it('starts no runner while one is at work', async () => {
    const store = await openMemoryStore()();
    await accept(store, 'sales');
    await store.takeLease(lineLease('sales'), 'runner', 30_000);
    expect(await startedBy(store)).toEqual([]);
  });

  it('starts the next runner a minute before the one at work hands over', async () => {
    const store = await openMemoryStore()();
    await accept(store, 'sales');
    await store.takeLease(lineLease('sales'), 'runner', 30_000, Date.now() + MINUTE);
    expect(await startedBy(store)).toEqual(['sales']);
  });

  it('starts a runner for an attempt that nobody follows', async () => {
    const store = await openMemoryStore()();
    const record = await accept(store, 'sales');
    if (record)
      await store.claimAttempt(record, { owner: 'dead', pbx: 'main', agent: '3200', at: Date.now() });
    expect(await startedBy(store)).toEqual(['sales']);
  });

  it('starts a runner for a line that the settings have lost, so that its callbacks expire', async () => {
    const store = await openMemoryStore()();
    await store.rememberLine('gone');
    await accept(store, 'gone');
    expect(await startedBy(store)).toEqual(['gone']);
    const [need] = (await lineNeeds(store, settings, Date.now())).filter(({ line }) => line === 'gone');
    expect(need).toMatchObject({ isInSettings: false, isAbandoned: false });
  });

  it('starts the runners of all other lines when one cannot be started, and fails', async () => {
    const store = await openMemoryStore()();
    await accept(store, 'sales');
    await accept(store, 'support');
    const started: string[] = [];
    const ticking = tick({ store: async () => store, settings: source }, async (line) => {
      if (line === 'sales') throw new Error('throttled');
      started.push(line);
    });
    await expect(ticking).rejects.toThrow('throttled');
    expect(started).toEqual(['support']);
  });

  it('reports a line in which a callback waits although no runner is at work', async () => {
    const store = await openMemoryStore()();
    await accept(store, 'sales', { dueInMs: -5 * MINUTE });
    const needs = await lineNeeds(store, settings, Date.now());
    expect(needs.find(({ line }) => line === 'sales')).toMatchObject({ isAbandoned: true });
    await store.takeLease(lineLease('sales'), 'runner', 30_000);
    const [sales] = await lineNeeds(store, settings, Date.now());
    expect(sales).toMatchObject({ line: 'sales', isAbandoned: false });
    expect(sales?.oldestWaitMs).toBeGreaterThanOrEqual(5 * MINUTE);
  });

  it('counts no wait in a line that somebody has paused', async () => {
    const store = await openMemoryStore()();
    await accept(store, 'sales', { dueInMs: -5 * MINUTE });
    await store.pauseLine('sales', true);
    const [sales] = await lineNeeds(store, settings, Date.now());
    expect(sales).toMatchObject({ oldestWaitMs: 0, isAbandoned: false });
  });
});
