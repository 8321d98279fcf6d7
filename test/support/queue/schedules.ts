import fc from 'fast-check';
import { expect } from 'vitest';
import { type CallbackRecord, isFinal } from '../../../lib/store/callback-record.ts';
import { START, VirtualLine } from './virtual-line.ts';
import type { CallPlan } from './virtual-pbx.ts';
import type { VirtualProcess } from './virtual-time.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const TROUBLE_MS = 12 * MINUTE;
const END_MS = 90 * MINUTE;

/** What happens to a line while it works: deaths, freezes, outages, pauses, cancellations. */
export interface Schedule {
  capacity: number;
  callbacks: {
    accepted: number;
    due: number;
    priority: number;
    agent: number;
    plan: CallPlan;
    pool: boolean;
  }[];
  events: {
    at: number;
    what: 'kill' | 'stop' | 'freeze' | 'outage' | 'pause' | 'cancel' | 'wake';
    size: number;
  }[];
  latency: number;
  lag: number;
  skew: number;
}

const reached = fc.constantFrom('answers', 'answers', 'answers', 'no-answer', 'busy' as const);

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  capacity: fc.integer({ min: 1, max: 4 }),
  callbacks: fc.array(
    fc.record({
      accepted: fc.integer({ min: 0, max: 600 }),
      due: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 300 })),
      priority: fc.integer({ min: 1, max: 9 }),
      agent: fc.integer({ min: 0, max: 3 }),
      pool: fc.boolean(),
      plan: fc.record({
        agent: reached,
        customer: reached,
        ringMs: fc.integer({ min: 100, max: 20_000 }),
        talkMs: fc.integer({ min: 100, max: 120_000 }),
      }),
    }),
    { minLength: 1, maxLength: 25 },
  ),
  events: fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: TROUBLE_MS }),
      what: fc.constantFrom(
        'kill',
        'kill',
        'stop',
        'freeze',
        'freeze',
        'outage',
        'pause',
        'cancel',
        'wake' as const,
      ),
      size: fc.integer({ min: 0, max: 90_000 }),
    }),
    { maxLength: 25 },
  ),
  latency: fc.integer({ min: 1, max: 400 }),
  lag: fc.integer({ min: 0, max: 1_000 }),
  skew: fc.integer({ min: -2_000, max: 2_000 }),
});

/** Runs a schedule and checks every promise of a line. */
export async function checkSchedule(schedule: Schedule): Promise<void> {
  const plans = new Map<string, CallPlan>();
  const usual: CallPlan = { agent: 'answers', customer: 'answers', ringMs: 1_000, talkMs: 5_000 };
  const line = new VirtualLine({
    settings: { capacity: schedule.capacity, wrapUpSeconds: 2 },
    route: { retry: { customer: { attempts: 2, delays: { busy: [30] } } } },
    planOf: (channelId) => plans.get(channelId.slice(0, 35)) ?? usual,
    latencyMs: () => schedule.latency,
    lagMs: () => schedule.lag,
  });
  const ids: string[] = [];
  const canceled = new Set<string>();
  for (const { accepted, due, priority, agent, plan } of schedule.callbacks) {
    line.time.at(START + accepted * SECOND, async () => {
      const id = await line.accept({ due, priority, agent: `32${agent}`, expires: 24 * 3600 });
      plans.set(id, plan);
      ids.push(id);
    });
  }
  let disturbed = false;
  for (const { at, what, size } of schedule.events) {
    line.time.at(START + at, async () => {
      const alive = line.processes.filter((process) => !process.isDead);
      const victim = alive[size % Math.max(1, alive.length)];
      if (what === 'kill') victim?.kill();
      if (what === 'stop' && victim) stop(line, victim, size);
      if (what === 'freeze') victim?.freeze(size);
      if (what === 'kill' || what === 'stop' || what === 'freeze') disturbed = true;
      if (what === 'outage') line.pbx.goDown(size);
      if (what === 'wake') line.startRunner({ skewMs: -schedule.skew });
      if (what === 'pause') {
        await line.store.pauseLine('sales', true);
        line.time.at(line.time.now + size, () => void line.store.pauseLine('sales', false));
      }
      if (what === 'cancel') {
        const id = ids[size % Math.max(1, ids.length)];
        const record = id && (await line.store.readCallback(id));
        if (!record) return;
        const after = await line.store.cancelCallback(record, line.time.now);
        if (after?.endedAt !== undefined && after.attempts.length === 0) canceled.add(id);
        await line.store.announceCancel('sales');
      }
    });
  }
  for (let at = 0; at < END_MS; at += MINUTE) {
    line.time.at(START + at, () => line.startRunner({ skewMs: at % (2 * MINUTE) === 0 ? schedule.skew : 0 }));
  }
  const settled = async (): Promise<boolean> =>
    ids.length === schedule.callbacks.length &&
    (await line.records(ids)).every(({ callback }) => isFinal(callback.status));
  for (let at = TROUBLE_MS; at <= END_MS && !(await settled()); at += 5 * MINUTE)
    await line.time.run(START + at);

  expect(line.pbx.repeated).toEqual([]);
  expect(line.mostLive).toBeLessThanOrEqual(schedule.capacity);
  expect(line.doubled).toEqual([]);
  const records = await line.records(ids);
  for (const record of records) checkRecord(line, record, disturbed);
  const attempts = new Set(records.flatMap(channelIdsOf));
  expect(line.pbx.calls.filter(({ channelId }) => !attempts.has(channelId))).toEqual([]);
  for (const id of canceled) expect(line.pbx.find(id)).toBeUndefined();
}

const channelIdsOf = ({ callback, attempts }: CallbackRecord): string[] =>
  attempts.map(({ number }) => (number === 1 ? callback.id : `${callback.id}-${number}`));

/** A process that ends in good order, with or without a moment for its runner. */
function stop(line: VirtualLine, victim: VirtualProcess, size: number): void {
  line.stop(victim);
  line.time.at(line.time.now + (size % 2_000), () => victim.kill());
}

/** A record agrees with what the PBX knows. */
function checkRecord(line: VirtualLine, record: CallbackRecord, disturbed: boolean): void {
  expect(isFinal(record.callback.status)).toBe(true);
  for (const [index, channelId] of channelIdsOf(record).entries()) {
    const call = line.pbx.find(channelId);
    const status = record.attempts[index]?.status ?? 'unknown';
    if (status === 'unknown') {
      // Only an attempt whose runner died, stood still or could not ask may be unknown.
      expect(disturbed).toBe(true);
      continue;
    }
    expect(call && line.pbx.statusOf(call)).toBe(status);
  }
}
