import { afterAll, expect, it } from 'vitest';
import type { StoredCallback } from '../../lib/store/callback-record.ts';
import { describeOnAsterisk, type Packet, watchEvents } from '../support/asterisk/index.ts';
import { servicesFor, technologiesOf } from '../support/calls/services.ts';
import { openLine } from '../support/queue/real-line.ts';

/** The last two digits say what a phone does: 07 answers and hangs up, 06 only rings, 20 to 23 answer and stay. */
const CUSTOMER = '+74951234507';
const POOL = ['3220', '3221', '3222', '3223'];

describeOnAsterisk('A pool of agents', (pbx) => {
  const technologies = technologiesOf(pbx);
  const named = (wanted: string) => {
    const technology = technologies.find(({ name }) => name === wanted);
    if (!technology) throw new Error(`the tests lack ${wanted}`);
    return servicesFor(pbx, pbx.users.control, technology, { timeoutSeconds: 5 });
  };
  const local = named('Local');
  const pjsip = named('PJSIP');
  afterAll(async () => {
    await Promise.all([local.sessions.close(), pjsip.sessions.close()]);
  });

  it('has no agent with two callbacks at once', async () => {
    await using line = await openLine(local, {
      settings: { perAgent: true, capacity: 10 },
      route: { pool: POOL },
    });
    await using watcher = await watchEvents(pbx);
    const ids = await Promise.all(Array.from({ length: 16 }, () => line.accept(CUSTOMER)));
    expect(await line.run()).toBe('idle');

    const records = await line.records(ids);
    expect(records.map(({ callback }) => callback.status)).toEqual(ids.map(() => 'completed'));
    expect(new Set(records.map(({ callback }) => callback.agent))).toEqual(new Set(POOL));
    expect(mostAtOnce(watcher.events(), records)).toEqual(Object.fromEntries(POOL.map((each) => [each, 1])));
  }, 90_000);

  it('gives each callback to the agent whose last talk is longest ago', async () => {
    await using line = await openLine(local, {
      settings: { perAgent: true, capacity: 1 },
      route: { pool: POOL },
    });
    // They have talked in the test before, in an order that only the store knows.
    const known = await line.store.readAgents(POOL);
    const lastTalk = (agent: string): number => known.get(agent)?.lastTalkEndedAt ?? 0;
    const order = POOL.toSorted((a, b) => lastTalk(a) - lastTalk(b));
    const ids = await Promise.all(Array.from({ length: 8 }, () => line.accept(CUSTOMER)));
    expect(await line.run()).toBe('idle');
    const attempts = (await line.records(ids)).flatMap((record) => record.attempts);
    const agents = attempts.toSorted((a, b) => a.startedAt - b.startedAt).map(({ agent }) => agent);
    expect(agents).toEqual([...order, ...order]);
  }, 90_000);

  it('passes over an agent who does not answer at once, and lets the agent rest for a minute', async () => {
    await using line = await openLine(local, {
      settings: { perAgent: true, capacity: 1 },
      route: { pool: ['3206', '3224'] },
    });
    const ids = [await line.accept(CUSTOMER), await line.accept(CUSTOMER)];
    expect(await line.run()).toBe('idle');

    const records = (await line.records(ids)).toSorted((a, b) => b.attempts.length - a.attempts.length);
    expect(records.map(({ attempts }) => attempts.map(({ agent, status }) => `${agent} ${status}`))).toEqual([
      ['3206 no-answer', '3224 completed'],
      ['3224 completed'],
    ]);
    const [silent, next] = records[0]?.attempts ?? [];
    expect((next?.startedAt ?? 0) - (silent?.endedAt ?? 0)).toBeLessThan(5_000);
    const agent = (await line.store.readAgents(['3206'])).get('3206');
    expect((agent?.restUntil ?? 0) - (silent?.endedAt ?? 0)).toBeGreaterThan(55_000);
    expect((agent?.restUntil ?? 0) - (silent?.endedAt ?? 0)).toBeLessThan(65_000);
  }, 90_000);

  it('leaves an agent alone whose hint shows another call', async () => {
    await using watcher = await watchEvents(pbx);
    const inbound = { Action: 'Originate', Channel: 'PJSIP/3208', Application: 'Wait', Data: '3600' };
    await watcher.action({ ...inbound, Async: 'true', ChannelId: `inbound-${pbx.version}` });
    await watcher.waitFor(
      ({ Event, Exten, StatusText }) =>
        Event === 'ExtensionStatus' && Exten === '3208' && StatusText === 'InUse',
    );
    await using line = await openLine(pjsip, {
      settings: { perAgent: true, capacity: 2 },
      route: { pool: ['3208', '3207'], hints: 'internal' },
    });
    const ids = [await line.accept(CUSTOMER), await line.accept(CUSTOMER)];
    expect(await line.run()).toBe('idle');
    await watcher.action({ Action: 'Hangup', Channel: '/^PJSIP/3208-/' });
    const records = await line.records(ids);
    expect(records.map(({ attempts }) => attempts.map(({ agent }) => agent))).toEqual([['3207'], ['3207']]);
  }, 90_000);
});

/** Returns how many calls of each agent lived at once at the most, as the PBX saw it. */
function mostAtOnce(events: readonly Packet[], records: readonly StoredCallback[]): Record<string, number> {
  const agentOf = new Map(records.map(({ callback }) => [callback.id, callback.agent]));
  const live: Record<string, number> = {};
  const most: Record<string, number> = {};
  for (const { Event, Uniqueid = '' } of events) {
    const agent = agentOf.get(Uniqueid);
    if (agent === undefined) continue;
    const change = Event === 'Newchannel' ? 1 : Event === 'Hangup' ? -1 : 0;
    live[agent] = (live[agent] ?? 0) + change;
    most[agent] = Math.max(most[agent] ?? 0, live[agent]);
  }
  return most;
}
