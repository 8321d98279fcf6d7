import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { AjamSession } from '../../lib/ajam/index.ts';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { LineRunner } from '../../lib/queue/line-runner.ts';
import type { LineRoute, LineServices, LineSettings } from '../../lib/queue/line-services.ts';
import { PbxCalls } from '../../lib/queue/pbx-calls.ts';
import type { Store } from '../../lib/store/store.ts';
import { describeOnAsterisk, type Packet, watchEvents } from '../support/asterisk/index.ts';
import { servicesFor, technologiesOf } from '../support/calls/services.ts';
import { newRecord } from '../support/store/records.ts';

/** The last two digits of a customer say what the phone does: 07 answers and hangs up, 01 is busy, 06 only rings. */
const customer = (digits: string): string => `+749512345${digits}`;

describeOnAsterisk('a line', (pbx) => {
  const [technology] = technologiesOf(pbx).filter(({ name }) => name === 'Local');
  if (!technology) throw new Error('the tests lack a technology');
  const services = servicesFor(pbx, pbx.users.control, technology, { agents: '^32[0-9]{2}$' });
  const open = (settings: Parameters<typeof AjamSession.open>[0], options: { signal: AbortSignal }) =>
    AjamSession.open(settings, options);
  const links: PbxCalls[] = [];
  afterAll(async () => {
    await Promise.all(links.map((each) => each.close()));
    await services.sessions.close();
  });

  async function startLine(
    parts: Partial<Omit<LineSettings, 'route'>> = {},
    route: Partial<LineRoute> = {},
  ): Promise<{ store: Store; line: string; run: () => Promise<string> }> {
    const store = await services.store();
    const calls = new PbxCalls({ ...services, open });
    links.push(calls);
    const lineRoute: LineRoute = {
      pbxs: ['main'],
      nextAttempt: (at, seconds) => ({ dueAt: at + seconds * 1000, expiresAt: at + 3_600_000 }),
      ...route,
    };
    const settings: LineSettings = {
      ...{ capacity: 5, perAgent: false, startsPerSecond: 20, wrapUpSeconds: 0, maxTalkSeconds: 3600 },
      route: () => lineRoute,
      ...parts,
    };
    const line = randomUUID();
    const world: LineServices = {
      store,
      calls,
      clock: { now: Date.now, monotonic: () => performance.now(), sleep: (ms) => sleep(ms) },
      settings: async () => settings,
      log: () => undefined,
    };
    const runner = new LineRunner(world, { line, owner: randomUUID(), until: performance.now() + 120_000 });
    return { store, line, run: () => runner.run() };
  }

  async function accept(store: Store, line: string, to: string, agent = '3200'): Promise<string> {
    const parsed = parseCallbackRequest({ to, ...(agent && { agent }), route: 'agent-first' });
    if (!parsed.ok) throw new Error('the request is wrong');
    const record = newRecord({ line, dueAt: Date.now(), agent, number: to, route: 'agent-first' });
    const saved = await store.saveCallback({
      ...record,
      request: parsed.request,
      expiresAt: Date.now() + 3_600_000,
    });
    if (!saved) throw new Error('the id is taken');
    return saved.callback.id;
  }

  it('rings each callback once, keeps its capacity and records what became of each', async () => {
    const { store, line, run } = await startLine();
    await using watcher = await watchEvents(pbx);
    const outcomes = { '07': 'completed', '01': 'busy' };
    const asked = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? '07' : '01'));
    const ids = await Promise.all(asked.map((digits) => accept(store, line, customer(digits))));
    expect(await run()).toBe('idle');

    const records = await Promise.all(ids.map((id) => store.readCallback(id)));
    expect(records.map((record) => record?.callback.status)).toEqual(
      asked.map((digits) => outcomes[digits as keyof typeof outcomes]),
    );
    const { most, rung } = liveOf(watcher.events(), new Set(ids));
    expect(rung.toSorted()).toEqual(ids.toSorted());
    expect(most).toBeLessThanOrEqual(5);
  }, 60_000);

  it('gives the callbacks of a pool to other agents when one does not answer', async () => {
    const pool = ['3201', '3200'];
    const { store, line, run } = await startLine({ perAgent: true }, { pool });
    const id = await accept(store, line, customer('07'), '');
    expect(await run()).toBe('idle');
    const record = await store.readCallback(id);
    expect(record?.attempts.map(({ agent, status }) => `${agent} ${status}`)).toEqual([
      '3201 busy',
      '3200 completed',
    ]);
  }, 60_000);

  it('hangs up a call whose cancellation was asked for', async () => {
    const { store, line, run } = await startLine();
    const id = await accept(store, line, customer('06'));
    await using watcher = await watchEvents(pbx);
    const running = run();
    await watcher.waitFor(({ Event, Uniqueid }) => Event === 'Newchannel' && Uniqueid === id);
    const record = await store.readCallback(id);
    if (record) await store.cancelCallback(record, Date.now());
    await store.announceCancel(line);
    expect(await running).toBe('idle');
    expect((await store.readCallback(id))?.callback.status).toBe('canceled');
  }, 60_000);
});

/** Returns how many of the calls lived at once at the most, and which of them had a channel. */
function liveOf(events: readonly Packet[], ids: ReadonlySet<string>): { most: number; rung: string[] } {
  let live = 0;
  let most = 0;
  const rung: string[] = [];
  for (const { Event, Uniqueid = '' } of events) {
    if (!ids.has(Uniqueid)) continue;
    if (Event === 'Newchannel') rung.push(Uniqueid);
    if (Event === 'Newchannel') live += 1;
    if (Event === 'Hangup') live -= 1;
    most = Math.max(most, live);
  }
  return { most, rung };
}
