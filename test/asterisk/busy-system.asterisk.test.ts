import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { header, type Packet, parsePackets } from '../../lib/ajam/index.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { describeOnAsterisk, type Watcher, watchEvents } from '../support/asterisk/index.ts';
import { proxyTo } from '../support/calls/proxy.ts';
import { dial, servicesFor, technologiesOf } from '../support/calls/services.ts';
import { eventsOfCall } from '../support/outcome/scenarios.ts';

const FOREIGN_CALLS_PER_SECOND = 40;

/** Makes calls that begin and end at once, about a dozen events each, until it is stopped. */
function makeNoise(watcher: Watcher): { stop: () => Promise<void> } {
  let on = true;
  const run = async (): Promise<void> => {
    for (let call = 0; on; call++) {
      const headers = { Action: 'Originate', Async: 'true', Channel: 'Local/3201@phones', Timeout: '1000' };
      const id = `noise-${process.pid}-${call}-`;
      void watcher.action({ ...headers, ChannelId: id, Context: 'noDial', Exten: '1', Priority: '1' });
      await sleep(1000 / FOREIGN_CALLS_PER_SECOND);
    }
  };
  const running = run();
  return {
    stop: () => {
      on = false;
      return running;
    },
  };
}

/** Returns what distinguishes one event from another. */
const keyOf = (event: Packet): string =>
  ['Event', 'Timestamp', 'Uniqueid', 'DestUniqueid'].map((name) => header(event, name)).join(' ');

describeOnAsterisk('A call on a busy PBX', (pbx) => {
  const [technology] = technologiesOf(pbx);
  if (!technology) throw new Error('no technology');

  it('is followed with few WaitEvents and loses no event', async () => {
    await using watcher = await watchEvents(pbx);
    await using noise = await watchEvents(pbx);
    await using proxy = await proxyTo(pbx.httpUrl);
    const services = servicesFor({ httpUrl: proxy.url }, pbx.users.callback, technology);
    const id = newCallbackId();
    const foreign = makeNoise(noise);
    const started = performance.now();
    const callback = await dial(
      services,
      {
        ...{ route: 'agent-first', agent: '3200', to: '+74951234506', wait: 'completed' },
        ...{ variables: { DIAL_SECONDS: '4' } },
      },
      id,
    );
    const seconds = (performance.now() - started) / 1000;
    await foreign.stop();
    await services.sessions.close();

    expect(callback).toMatchObject({ status: 'no-answer', legs: { second: { status: 'no-answer' } } });
    const calls = watcher.events().filter((event) => event['Privilege'] === 'call,all');
    const asked = proxy.exchanges.filter(({ action }) => action === 'WaitEvent');
    expect(calls.length / asked.length).toBeGreaterThan(20);

    const answers = asked.map(({ asked: at, reply = '' }) => ({ at, events: parsePackets(reply) }));
    const ours = (event: Packet): boolean => event.headers.some(([, value]) => value.startsWith(id));
    // After a WaitEvent without news of this call the next is sent a quarter of a second later. The proxy sees that
    // time shorter or longer by what a request needs to reach it. The first wait is an exception.
    const gaps = answers.slice(1).flatMap(({ at }, index) => {
      const before = answers[index];
      return before && !before.events.some(ours) ? [at - before.at] : [];
    });
    const [, ...others] = gaps.toSorted((one, other) => one - other);
    expect(others.length).toBeGreaterThan(8);
    expect(others.reduce((sum, gap) => sum + gap, 0) / others.length).toBeGreaterThan(200);
    expect(asked.length).toBeLessThan(seconds * 4 + 15);

    const got = new Set(answers.flatMap(({ events }) => events.map(keyOf)));
    const happened = eventsOfCall(watcher.events(), id)
      .filter((event) => event['Event'] !== 'OriginateResponse')
      .map((event) => keyOf({ kind: 'event', name: '', headers: Object.entries(event) }));
    expect(happened.length).toBeGreaterThan(10);
    expect(happened.filter((key) => !got.has(key))).toEqual([]);
  });
});
