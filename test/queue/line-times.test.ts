import { describe, expect, it } from 'vitest';
import { attemptTimes } from '../../lib/rules/attempt-times.ts';
import type { Hours } from '../../lib/rules/hours.ts';
import { waitingOrder } from '../../lib/store/due-callbacks.ts';
import { answered, START, VirtualLine } from '../support/queue/virtual-line.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

// The lines start at 09:00 UTC on a Saturday, which is 10:00 in Berlin.
const shop: Hours = { timezone: 'Europe/Berlin', week: { sat: ['09:00-10:30'], mon: ['09:00-20:00'] } };
const MONDAY_NINE = Date.parse('2026-11-30T08:00:00Z');

const openIn = (hours: Hours, giveUpAfterSeconds = 3600) => ({
  nextAttempt: (at: number, seconds: number) =>
    attemptTimes({ hours, giveUpAfterSeconds }, at + seconds * SECOND),
});
const recordOf = async (line: VirtualLine, id: string) => {
  const [record] = await line.records([id]);
  if (!record) throw new Error('the record is gone');
  return record;
};
const startsOf = (line: VirtualLine) => line.pbx.calls.map(({ startedAt }) => startedAt);

describe('A callback of a line', () => {
  it.each([0, 20, 59.9])(
    'starts within five seconds of its time, with a tick %s seconds after the full minute and no runner alive',
    async (offset) => {
      const line = new VirtualLine();
      await line.accept({ due: HOUR / SECOND });
      line.tick(2 * HOUR, offset * SECOND);
      await line.time.run(START + HOUR + MINUTE);
      const [start] = startsOf(line);
      expect(start).toBeGreaterThanOrEqual(START + HOUR);
      expect(start).toBeLessThan(START + HOUR + 5 * SECOND);
    },
  );

  it('starts within five seconds of its time also when the tick comes ten seconds late', async () => {
    const line = new VirtualLine();
    await line.accept({ due: HOUR / SECOND });
    const tickedAt = START + HOUR - 65 * SECOND;
    for (const at of [tickedAt, tickedAt + 70 * SECOND]) line.time.at(at, () => line.startRunner());
    await line.time.run(START + HOUR + MINUTE);
    expect(startsOf(line)[0]).toBeLessThan(START + HOUR + 5 * SECOND);
  });

  it('waits for the next opening when its retry would fall outside the hours', async () => {
    const line = new VirtualLine({
      route: { ...openIn(shop), retry: { customer: { attempts: 2, delays: { busy: [3600] } } } },
      planOf: (id) => ({ ...answered, customer: id.endsWith('-2') ? 'answers' : 'busy' }),
    });
    const id = await line.accept();
    line.startRunner();
    await line.time.run(START + 10 * MINUTE);
    const { callback, dueAt, expiresAt } = await recordOf(line, id);
    expect(callback.status).toBe('scheduled');
    expect(dueAt).toBe(MONDAY_NINE);
    expect(expiresAt).toBe(MONDAY_NINE + HOUR);
    line.time.at(MONDAY_NINE - 30 * SECOND, () => line.startRunner());
    await line.time.run(MONDAY_NINE + 10 * MINUTE);
    expect((await recordOf(line, id)).callback.status).toBe('completed');
    expect(startsOf(line)[1]).toBeLessThan(MONDAY_NINE + 5 * SECOND);
  });

  it('that found no free slot before closing time waits for the next opening, and its end counts open hours only', async () => {
    const line = new VirtualLine({
      settings: { capacity: 1, maxTalkSeconds: 9000 },
      route: openIn(shop),
      planOf: () => ({ ...answered, talkMs: HOUR }),
    });
    await line.accept({ priority: 1 });
    // 10:00 in Berlin: half an hour is left on Saturday, the other half is on Monday.
    const second = await line.accept(attemptTimes({ hours: shop, giveUpAfterSeconds: 3600 }, START));
    line.startRunner({ forMs: 3 * HOUR });
    await line.time.run(START + 2 * HOUR);
    const waiting = await recordOf(line, second);
    expect(waiting.callback.status).toBe('scheduled');
    expect(waiting.dueAt).toBe(MONDAY_NINE);
    expect(waiting.expiresAt).toBe(MONDAY_NINE + HOUR / 2);
    expect(line.pbx.calls).toHaveLength(1);
    line.time.at(MONDAY_NINE - MINUTE, () => line.startRunner());
    await line.time.run(MONDAY_NINE + MINUTE);
    expect(startsOf(line)[1]).toBeLessThan(MONDAY_NINE + 5 * SECOND);
  });

  it('expires at its own time although the route is closed then', async () => {
    const line = new VirtualLine({
      settings: { capacity: 1, maxTalkSeconds: 9000 },
      route: openIn(shop),
      planOf: () => ({ ...answered, talkMs: 2 * HOUR }),
    });
    await line.accept({ priority: 1 });
    const id = await line.accept({ expiresAt: START + HOUR });
    line.startRunner({ forMs: 3 * HOUR });
    await line.time.run(START + HOUR - MINUTE);
    expect((await recordOf(line, id)).callback.status).toBe('scheduled');
    await line.time.run(START + HOUR + 2 * SECOND);
    expect((await recordOf(line, id)).callback.status).toBe('expired');
  });

  it('keeps no runner at work while its route is closed', async () => {
    const line = new VirtualLine({ route: openIn({ ...shop, closed: ['2026-11-28'] }) });
    const id = await line.accept({ expiresAt: START + HOUR });
    line.startRunner();
    await line.time.run(START + 10 * SECOND);
    expect(await line.store.readLease('line/sales')).toBeUndefined();
    line.tick(HOUR + MINUTE);
    await line.time.run(START + HOUR + MINUTE);
    expect((await recordOf(line, id)).callback.status).toBe('expired');
  });

  it('keeps the status of its last attempt when the next one would come after the expiresAt of the request', async () => {
    const line = new VirtualLine({
      route: { retry: { customer: { attempts: 3, delays: { busy: [60] } } } },
      planOf: () => ({ ...answered, customer: 'busy' }),
    });
    const expiresAt = START + 90 * SECOND;
    const id = await line.accept({ expiresAt, request: { expiresAt: new Date(expiresAt).toISOString() } });
    line.startRunner();
    await line.time.run(START + 10 * MINUTE);
    const { callback, attempts, endedAt = 0 } = await recordOf(line, id);
    expect(callback.status).toBe('busy');
    expect(attempts).toHaveLength(2);
    // Its end is recorded at once, and not when the time is over.
    expect(endedAt).toBeLessThan(expiresAt);
  });

  it('of a pool ends after as many agents as "retry" allows', async () => {
    const line = new VirtualLine({
      route: { pool: ['1', '2', '3', '4'], retry: { agent: { attempts: 2 } } },
      planOf: () => ({ ...answered, agent: 'no-answer' }),
    });
    const id = await line.accept();
    line.startRunner();
    await line.time.run(START + 10 * MINUTE);
    const { callback, attempts } = await recordOf(line, id);
    expect(callback.status).toBe('no-answer');
    expect(attempts.map(({ agent }) => agent)).toEqual(['1', '2']);
  });
});

describe('A hundred callbacks that are due at the same second', () => {
  it('start in the order of their priority and within the pace, although the lists lag behind', async () => {
    const line = new VirtualLine({
      settings: { capacity: 100, startsPerSecond: 10 },
      lagMs: () => 400,
      planOf: () => ({ ...answered, talkMs: MINUTE }),
    });
    const due = 5 * 60;
    const ids = await Promise.all(
      Array.from({ length: 100 }, (_, index) => line.accept({ due, priority: ((index * 7) % 9) + 1 })),
    );
    line.tick(10 * MINUTE);
    await line.time.run(START + 8 * MINUTE);
    const records = await line.records(ids);
    const priorityOf = new Map(records.map(({ callback, priority = 5 }) => [callback.id, priority]));
    const started = line.pbx.calls.map(({ channelId }) => priorityOf.get(channelId) ?? 0);
    expect(started).toHaveLength(100);
    expect(started).toEqual(started.toSorted((a, b) => a - b));
    const times = startsOf(line);
    const first = times[0] ?? 0;
    expect(first).toBeLessThan(START + due * SECOND + 5 * SECOND);
    for (const [index, time] of times.entries()) {
      // Ten a second, evenly: the start with this index is not before its turn.
      expect(time - first).toBeGreaterThanOrEqual(index * 100 - 10);
    }
    expect((times.at(-1) ?? 0) - first).toBeLessThan(20 * SECOND);
  });
});

describe('A PBX that is down for ten minutes with 200 callbacks waiting', { timeout: 120_000 }, () => {
  /** The times of the back-off: after 2, 6, 14, 30, 62 seconds, then each minute. */
  const steps = 5 + Math.ceil((600 - 62) / 60);

  async function outage(line: VirtualLine) {
    const patient = await Promise.all(
      Array.from({ length: 160 }, (_, index) => line.accept({ priority: (index % 3) + 4, expires: 7200 })),
    );
    const impatient = await Promise.all(
      Array.from({ length: 40 }, (_, index) => line.accept({ expires: 60 + index * 12 })),
    );
    line.tick(25 * MINUTE);
    await line.time.run(START + 25 * MINUTE);
    return { patient, impatient };
  }

  it.each([
    ['refuses connections at once', 2],
    ['does not answer', 8 * SECOND],
  ])(
    'sees one login for each step of the back-off when it %s, and then gets all in order',
    async (_, connectMs) => {
      const line = new VirtualLine({ settings: { startsPerSecond: 5 } });
      line.pbx.connectMs = connectMs;
      line.pbx.goDown(10 * MINUTE);
      line.time.at(START + 10 * MINUTE, () => {
        line.pbx.connectMs = 2;
      });
      const { patient, impatient } = await outage(line);

      expect(line.pbx.refusedLogins.length).toBeLessThanOrEqual(1 + steps);
      const records = await line.records(patient);
      expect(new Set(records.map(({ callback }) => callback.status))).toEqual(new Set(['completed']));
      expect(records.every(({ attempts }) => attempts.length === 1)).toBe(true);
      const expired = await line.records(impatient);
      expect(new Set(expired.map(({ callback }) => callback.status))).toEqual(new Set(['expired']));
      expect(expired.every(({ attempts }) => attempts.length === 0)).toBe(true);
      const order = new Map(
        records.map(({ callback, dueAt = 0, priority = 5 }) => [
          callback.id,
          waitingOrder({ dueAt, priority }),
        ]),
      );
      const called = line.pbx.calls.map(({ channelId }) => order.get(channelId) ?? 0);
      expect(called).toEqual(called.toSorted((a, b) => a - b));
    },
  );

  it('uses no attempt and slows down in the same way when the PBX takes the login and no Originate', async () => {
    const line = new VirtualLine({ settings: { startsPerSecond: 5 } });
    line.pbx.lacksPrivilege = true;
    line.time.at(START + 10 * MINUTE, () => {
      line.pbx.lacksPrivilege = false;
    });
    const { patient } = await outage(line);
    expect(line.pbx.refusedOriginates).toBeLessThanOrEqual(1 + steps);
    const records = await line.records(patient);
    expect(records.every(({ attempts }) => attempts.length === 1)).toBe(true);
    expect(new Set(records.map(({ callback }) => callback.status))).toEqual(new Set(['completed']));
  });
});
