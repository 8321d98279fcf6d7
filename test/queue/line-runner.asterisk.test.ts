import { afterAll, expect, it } from 'vitest';
import { describeOnAsterisk, type Packet, watchEvents } from '../support/asterisk/index.ts';
import { servicesFor, technologiesOf } from '../support/calls/services.ts';
import { openLine } from '../support/queue/real-line.ts';

/** The last two digits of a customer say what the phone does: 07 answers and hangs up, 01 is busy, 06 only rings. */
const customer = (digits: string): string => `+749512345${digits}`;

describeOnAsterisk('a line', (pbx) => {
  const [technology] = technologiesOf(pbx).filter(({ name }) => name === 'Local');
  if (!technology) throw new Error('the tests lack a technology');
  const services = servicesFor(pbx, pbx.users.control, technology, { agents: '^32[0-9]{2}$' });
  afterAll(() => services.sessions.close());

  it('rings each callback once, keeps its capacity and records what became of each', async () => {
    await using line = await openLine(services);
    await using watcher = await watchEvents(pbx);
    const outcomes = { '07': 'completed', '01': 'busy' };
    const asked = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? '07' : '01'));
    const ids = await Promise.all(asked.map((digits) => line.accept(customer(digits), '3200')));
    expect(await line.run()).toBe('idle');

    const records = await Promise.all(ids.map((id) => line.store.readCallback(id)));
    expect(records.map((record) => record?.callback.status)).toEqual(
      asked.map((digits) => outcomes[digits as keyof typeof outcomes]),
    );
    const { most, rung } = liveOf(watcher.events(), new Set(ids));
    expect(rung.toSorted()).toEqual(ids.toSorted());
    expect(most).toBeLessThanOrEqual(5);
  }, 60_000);

  it('gives the callbacks of a pool to other agents when one does not answer', async () => {
    const pool = ['3201', '3200'];
    await using line = await openLine(services, { settings: { perAgent: true }, route: { pool } });
    const id = await line.accept(customer('07'));
    expect(await line.run()).toBe('idle');
    const record = await line.store.readCallback(id);
    expect(record?.attempts.map(({ agent, status }) => `${agent} ${status}`)).toEqual([
      '3201 busy',
      '3200 completed',
    ]);
  }, 60_000);

  it('hangs up a call whose cancellation was asked for', async () => {
    await using line = await openLine(services);
    const id = await line.accept(customer('06'), '3200');
    await using watcher = await watchEvents(pbx);
    const running = line.run();
    await watcher.waitFor(({ Event, Uniqueid }) => Event === 'Newchannel' && Uniqueid === id);
    const record = await line.store.readCallback(id);
    if (record) await line.store.cancelCallback(record, Date.now());
    await line.store.announceCancel(line.line);
    expect(await running).toBe('idle');
    expect((await line.store.readCallback(id))?.callback.status).toBe('canceled');
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
