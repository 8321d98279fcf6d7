import { describe, expect, it } from 'vitest';
import { answered, START, VirtualLine } from '../support/queue/virtual-line.ts';
import { claimBy, newRecord } from '../support/store/records.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const acceptMany = (line: VirtualLine, count: number, wanted: Parameters<VirtualLine['accept']>[0] = {}) =>
  Promise.all(Array.from({ length: count }, () => line.accept(wanted)));
const statusesOf = async (line: VirtualLine, ids: readonly string[]) =>
  (await line.records(ids)).map(({ callback }) => callback.status);

describe('A line', () => {
  it('places every callback once and never has more calls than its capacity', async () => {
    const line = new VirtualLine();
    const ids = await acceptMany(line, 200);
    line.tick(10 * MINUTE);
    await line.time.run(START + 10 * MINUTE);
    expect(new Set(await statusesOf(line, ids))).toEqual(new Set(['completed']));
    expect(line.pbx.calls).toHaveLength(200);
    expect(line.mostLive).toBe(10);
    const last = Math.max(...line.pbx.calls.map(({ startedAt }) => startedAt));
    // Ten calls of two seconds at once: forty seconds at the best.
    expect((last - START) / SECOND).toBeLessThan(50);
  });

  it('starts a callback within two seconds of its acceptance while a runner is at work', async () => {
    const line = new VirtualLine();
    await line.accept({ due: 50 });
    line.startRunner();
    await line.time.run(START + 10 * SECOND);
    await line.accept();
    await line.time.run(START + 12 * SECOND);
    expect(line.pbx.calls).toHaveLength(1);
  });

  it('ends its runner when nothing is due within a minute', async () => {
    const line = new VirtualLine();
    const id = await line.accept();
    const later = await line.accept({ due: 600 });
    line.startRunner();
    await line.time.run(START + 30 * SECOND);
    expect(await line.store.readLease('line/sales')).toBeUndefined();
    expect(await statusesOf(line, [id, later])).toEqual(['completed', 'scheduled']);
  });

  it('starts a scheduled callback within five seconds of its time, also if no runner was alive', async () => {
    const line = new VirtualLine();
    await line.accept({ due: 10 * 60 });
    line.tick(15 * MINUTE);
    await line.time.run(START + 15 * MINUTE);
    const [call] = line.pbx.calls;
    expect(call?.startedAt).toBeGreaterThanOrEqual(START + 10 * MINUTE);
    expect(call?.startedAt).toBeLessThan(START + 10 * MINUTE + 5 * SECOND);
  });

  it('spreads starts by startsPerSecond', async () => {
    const line = new VirtualLine({ settings: { startsPerSecond: 2, capacity: 100 } });
    await acceptMany(line, 20);
    line.startRunner();
    await line.time.run(START + MINUTE);
    const times = line.pbx.calls.map(({ startedAt }) => startedAt).toSorted((a, b) => a - b);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(times).toHaveLength(20);
    expect(Math.min(...gaps)).toBeGreaterThan(450);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(11 * SECOND);
  });

  it('gives an agent one call at a time and leaves the agent alone for the wrap-up', async () => {
    const line = new VirtualLine({ settings: { wrapUpSeconds: 10 } });
    await acceptMany(line, 3, { agent: '3200' });
    line.startRunner();
    await line.time.run(START + MINUTE);
    const times = line.pbx.calls.map(({ startedAt }) => startedAt);
    expect(times).toHaveLength(3);
    expect(line.doubled).toEqual([]);
    for (const [index, time] of times.slice(1).entries()) {
      expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(12 * SECOND);
    }
  });

  it('gives the callbacks of a pool to the agent whose last talk is longest ago', async () => {
    const line = new VirtualLine({ route: { pool: ['1', '2', '3'] }, settings: { capacity: 1 } });
    await acceptMany(line, 6);
    line.startRunner();
    await line.time.run(START + MINUTE);
    expect(line.pbx.calls.map(({ agent }) => agent)).toEqual(['1', '2', '3', '1', '2', '3']);
  });

  it('passes over an agent of a pool who does not answer and lets him rest', async () => {
    const line = new VirtualLine({
      route: { pool: ['1', '2'] },
      planOf: (_id, agent) => (agent === '1' ? { ...answered, agent: 'no-answer' } : answered),
    });
    const [id = ''] = await acceptMany(line, 1);
    line.startRunner();
    await line.time.run(START + 30 * SECOND);
    const [record] = await line.records([id]);
    expect(record?.callback.status).toBe('completed');
    expect(record?.attempts.map(({ agent, status }) => `${agent} ${status}`)).toEqual([
      '1 no-answer',
      '2 completed',
    ]);
    await line.accept();
    await line.time.run(START + 40 * SECOND);
    expect(line.pbx.calls.at(-1)?.agent).toBe('2');
  });

  it('retries by the policy of the party that did not answer', async () => {
    const line = new VirtualLine({
      route: { retry: { customer: { attempts: 3, delays: { busy: [60, 300] } } } },
      planOf: () => ({ ...answered, customer: 'busy' }),
    });
    const [id = ''] = await acceptMany(line, 1);
    line.tick(20 * MINUTE);
    await line.time.run(START + 20 * MINUTE);
    const [record] = await line.records([id]);
    expect(record?.callback.status).toBe('busy');
    const started = record?.attempts.map(({ startedAt }) => Math.round((startedAt - START) / SECOND));
    expect(started).toHaveLength(3);
    expect((started?.[1] ?? 0) - (started?.[0] ?? 0)).toBeGreaterThanOrEqual(60);
    expect((started?.[2] ?? 0) - (started?.[1] ?? 0)).toBeGreaterThanOrEqual(300);
    expect(line.pbx.calls.map(({ channelId }) => channelId)).toEqual([id, `${id}-2`, `${id}-3`]);
  });

  it('expires a callback that could not start in time, and makes no attempt', async () => {
    const line = new VirtualLine({
      settings: { capacity: 1 },
      planOf: () => ({ ...answered, talkMs: MINUTE }),
    });
    const first = await line.accept({ priority: 1 });
    const second = await line.accept({ expires: 20 });
    line.startRunner();
    await line.time.run(START + 2 * MINUTE);
    expect(await statusesOf(line, [first, second])).toEqual(['completed', 'expired']);
    expect(line.pbx.calls).toHaveLength(1);
  });

  it('starts nothing while it is paused, and goes on afterwards', async () => {
    const line = new VirtualLine();
    await line.store.pauseLine('sales', true);
    const [id = ''] = await acceptMany(line, 1);
    line.tick(5 * MINUTE);
    await line.time.run(START + 90 * SECOND);
    expect(line.pbx.calls).toHaveLength(0);
    await line.store.pauseLine('sales', false);
    await line.time.run(START + 3 * MINUTE);
    expect(await statusesOf(line, [id])).toEqual(['completed']);
  });

  it('is not blocked by the callbacks of 150 agents who are away', async () => {
    const line = new VirtualLine({ settings: { startsPerSecond: 2 } });
    const away = Array.from({ length: 150 }, (_, index) => String(4000 + index));
    for (const agent of away) {
      await line.store.pauseAgent(agent, true);
      await line.accept({ agent, priority: 1 });
    }
    const id = await line.accept({ agent: '3200' });
    line.startRunner();
    await line.time.run(START + 30 * SECOND);
    expect(await statusesOf(line, [id])).toEqual(['completed']);
    await line.store.pauseAgent('4149', false);
    await line.time.run(START + 60 * SECOND);
    expect(line.pbx.calls.map(({ agent }) => agent)).toEqual(['3200', '4149']);
  });

  it('is not blocked by the callbacks of 40 agents who talk on another line', async () => {
    const line = new VirtualLine({ settings: { startsPerSecond: 2 } });
    const at = START - MINUTE;
    for (const agent of Array.from({ length: 40 }, (_, index) => String(4000 + index))) {
      const talk = await line.store.saveCallback(newRecord({ createdAt: at, line: 'other', dueAt: at }));
      if (talk) await line.store.claimAttempt(talk, { ...claimBy('other'), at });
      await line.store.takeAgent(agent, { callback: talk?.callback.id ?? '', attempt: 1 }, { at });
      await line.accept({ agent, priority: 1 });
    }
    const id = await line.accept({ agent: '3200' });
    line.startRunner();
    await line.time.run(START + 15 * SECOND);
    expect(await statusesOf(line, [id])).toEqual(['completed']);
    expect(line.pbx.calls).toHaveLength(1);
  });

  it.each([true, false])('rings no paused agent, with perAgent %s', async (perAgent) => {
    const line = new VirtualLine({ settings: { perAgent } });
    await line.store.pauseAgent('3200', true);
    const ids = [await line.accept({ agent: '3200' }), await line.accept({ agent: '3201' })];
    line.startRunner();
    await line.time.run(START + 30 * SECOND);
    expect(await statusesOf(line, ids)).toEqual(['queued', 'completed']);
    await line.store.pauseAgent('3200', false);
    await line.time.run(START + 60 * SECOND);
    expect(await statusesOf(line, ids)).toEqual(['completed', 'completed']);
  });

  it('hangs up a talk that lasts longer than maxTalkSeconds', async () => {
    const line = new VirtualLine({
      settings: { maxTalkSeconds: 30 },
      planOf: () => ({ ...answered, talkMs: 60 * MINUTE }),
    });
    const [id = ''] = await acceptMany(line, 1);
    line.startRunner();
    await line.time.run(START + 40 * SECOND);
    expect(await statusesOf(line, [id])).toEqual(['completed']);
  });

  it('hangs up a call whose cancellation was asked for, within two seconds', async () => {
    const line = new VirtualLine({ planOf: () => ({ ...answered, talkMs: MINUTE, ringMs: 20 * SECOND }) });
    const [id = ''] = await acceptMany(line, 1);
    line.startRunner();
    await line.time.run(START + 10 * SECOND);
    const [record] = await line.records([id]);
    if (record) await line.store.cancelCallback(record, line.time.now);
    await line.store.announceCancel('sales');
    await line.time.run(START + 12 * SECOND);
    expect(await statusesOf(line, [id])).toEqual(['canceled']);
  });

  it('goes on with its other callbacks while a PBX does not answer the request to hang up', async () => {
    const line = new VirtualLine({ planOf: () => ({ ...answered, talkMs: 60 * MINUTE }) });
    const ids = await acceptMany(line, 8);
    line.startRunner();
    await line.time.run(START + 5 * SECOND);
    line.pbx.hangUpMs = 20 * SECOND;
    for (const record of await line.records(ids)) await line.store.cancelCallback(record, line.time.now);
    await line.store.announceCancel('sales');
    const later = await acceptMany(line, 2);
    await line.time.run(START + 8 * SECOND);
    expect(await statusesOf(line, later)).toEqual(['in-progress', 'in-progress']);
    await line.time.run(START + MINUTE);
    expect(new Set(await statusesOf(line, ids))).toEqual(new Set(['completed']));
    expect(line.processes).toHaveLength(1);
    expect((await line.store.readLease('line/sales'))?.epoch).toBe(1);
  });

  it('tries a PBX that is down by one login at a time and then calls in order, without having used an attempt', async () => {
    const line = new VirtualLine({ settings: { startsPerSecond: 20 } });
    line.pbx.goDown(10 * MINUTE);
    const ids = await acceptMany(line, 50, { expires: 3600 });
    const impatient = await line.accept({ expires: 120 });
    line.tick(15 * MINUTE);
    await line.time.run(START + 15 * MINUTE);
    expect(line.pbx.refusedLogins.length).toBeLessThanOrEqual(15);
    expect(new Set(await statusesOf(line, ids))).toEqual(new Set(['completed']));
    expect(await statusesOf(line, [impatient])).toEqual(['expired']);
    expect((await line.records(ids)).every(({ attempts }) => attempts.length === 1)).toBe(true);
    const called = line.pbx.calls.map(({ channelId }) => channelId);
    expect(called).toEqual(ids.toSorted());
  });

  it('lets a new runner go on after the old one died, and rings nobody twice', async () => {
    const line = new VirtualLine({ planOf: () => ({ ...answered, talkMs: 90 * SECOND }) });
    const ids = await acceptMany(line, 20);
    const process = line.startRunner();
    await line.time.run(START + 5 * SECOND);
    process.kill();
    line.tick(15 * MINUTE);
    await line.time.run(START + 15 * MINUTE);
    expect(new Set(await statusesOf(line, ids))).toEqual(new Set(['completed']));
    expect(line.pbx.calls).toHaveLength(20);
    expect(line.mostLive).toBeLessThanOrEqual(10);
  });

  it('hands over before the time of its function is over, and loses no call', async () => {
    const line = new VirtualLine({ planOf: () => ({ ...answered, talkMs: 50 * SECOND }) });
    const ids = await acceptMany(line, 60);
    line.startRunner({ forMs: MINUTE });
    line.tick(20 * MINUTE);
    await line.time.run(START + 20 * MINUTE);
    expect(new Set(await statusesOf(line, ids))).toEqual(new Set(['completed']));
    expect(line.pbx.calls).toHaveLength(60);
    expect(line.mostLive).toBeLessThanOrEqual(10);
  });

  it('goes on within two seconds of a hand-over, because the next runner waits for it', async () => {
    const line = new VirtualLine({ settings: { startsPerSecond: 2, capacity: 100 } });
    await acceptMany(line, 300);
    line.startRunner({ forMs: 90 * SECOND });
    line.time.at(START + MINUTE, () => line.startRunner());
    await line.time.run(START + 3 * MINUTE);
    const starts = line.pbx.calls.map(({ startedAt }) => startedAt);
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? at));
    expect(starts).toHaveLength(300);
    // The old runner looks once more at what it began, before it lets go.
    expect(Math.max(...gaps)).toBeLessThan(4 * SECOND);
  });

  it('waits for no runner that will be at work for minutes', async () => {
    const line = new VirtualLine({ planOf: () => ({ ...answered, talkMs: MINUTE }) });
    await acceptMany(line, 1);
    line.startRunner();
    await line.time.run(START + 5 * SECOND);
    const needless = line.startRunner();
    await line.time.run(START + 6 * SECOND);
    expect(line.isRunning(needless)).toBe(false);
  });

  it('takes over from a runner that died as soon as its lease has ended', async () => {
    const line = new VirtualLine({ planOf: () => ({ ...answered, talkMs: 90 * SECOND }) });
    await acceptMany(line, 11);
    const process = line.startRunner();
    await line.time.run(START + 10 * SECOND);
    process.kill();
    await line.time.run(START + 25 * SECOND);
    line.startRunner();
    await line.time.run(START + 100 * SECOND);
    // The eleventh waits for a slot, which a runner must see become free after 90 seconds.
    expect(line.pbx.calls).toHaveLength(11);
  });

  it('hangs up a long talk in time, also if several runners have followed it', async () => {
    const line = new VirtualLine({
      settings: { maxTalkSeconds: 200 },
      planOf: () => ({ ...answered, talkMs: 60 * MINUTE }),
    });
    const [id = ''] = await acceptMany(line, 1);
    for (let at = 0; at < 5; at++)
      line.time.at(START + at * MINUTE, () => line.startRunner({ forMs: 90 * SECOND }));
    await line.time.run(START + 190 * SECOND);
    expect(await statusesOf(line, [id])).toEqual(['in-progress']);
    await line.time.run(START + 220 * SECOND);
    expect(await statusesOf(line, [id])).toEqual(['completed']);
  });

  it('records that both parties talk, so that a runner after a crash knows it', async () => {
    const line = new VirtualLine({ planOf: () => ({ ...answered, talkMs: 20 * SECOND }) });
    const [id = ''] = await acceptMany(line, 1);
    const process = line.startRunner();
    await line.time.run(START + 10 * SECOND);
    process.kill();
    line.time.at(START + MINUTE, () => line.startRunner());
    await line.time.run(START + 2 * MINUTE);
    expect(await statusesOf(line, [id])).toEqual(['completed']);
  });

  it('ends at once when its process ends, and leaves its calls to the next runner', async () => {
    const line = new VirtualLine({ planOf: () => ({ ...answered, talkMs: 30 * SECOND }) });
    const ids = await acceptMany(line, 12);
    const process = line.startRunner();
    await line.time.run(START + 5 * SECOND);
    line.stop(process);
    await line.time.run(START + 7 * SECOND);
    expect(line.isRunning(process)).toBe(false);
    process.kill();
    line.startRunner();
    await line.time.run(START + 2 * MINUTE);
    expect(new Set(await statusesOf(line, ids))).toEqual(new Set(['completed']));
    expect(line.pbx.calls).toHaveLength(12);
    expect(line.mostLive).toBeLessThanOrEqual(10);
  });

  it('gives the slot of a call free whose PBX could not be asked for two hours', async () => {
    const line = new VirtualLine({ planOf: () => ({ ...answered, talkMs: 60 * MINUTE }) });
    const [id = ''] = await acceptMany(line, 1);
    const process = line.startRunner();
    await line.time.run(START + 10 * SECOND);
    process.kill();
    line.pbx.goDown(24 * 60 * MINUTE);
    line.tick(150 * MINUTE);
    await line.time.run(START + 115 * MINUTE);
    expect(await statusesOf(line, [id])).toEqual(['in-progress']);
    await line.time.run(START + 150 * MINUTE);
    // Both parties were seen talking.
    expect(await statusesOf(line, [id])).toEqual(['completed']);
    expect(await line.store.readLease('line/sales')).toBeUndefined();
  });

  it('leaves the line free when it stood still while another runner came and went', async () => {
    const line = new VirtualLine();
    await acceptMany(line, 1);
    const frozen = line.startRunner();
    await line.time.run(START + 2 * SECOND);
    frozen.freeze(200 * SECOND);
    line.time.at(START + MINUTE, () => line.startRunner());
    await line.time.run(START + 210 * SECOND);
    expect(line.isRunning(frozen)).toBe(false);
    expect(await line.store.readLease('line/sales')).toBeUndefined();
    expect(line.pbx.calls).toHaveLength(1);
  });
});
