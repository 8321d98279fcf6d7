import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { describeOnAsterisk, type Watcher, watchEvents } from '../support/asterisk/index.ts';
import { startPbx } from '../support/asterisk/pbx.ts';
import { type LossyProxy, proxyTo } from '../support/calls/proxy.ts';
import { dial, servicesFor, technologiesOf } from '../support/calls/services.ts';

/** A lost reply delays a response for no longer than this, although waits other than `accepted` last longer. */
const AT_MOST_MS = 8000;

/** Returns how many channels were made for the call itself. */
async function channelsOf(watcher: Watcher, id: string): Promise<number> {
  await sleep(300);
  const made = watcher.events().filter((event) => event['Event'] === 'Newchannel');
  return made.filter((event) => event['Uniqueid'] === id).length;
}

describeOnAsterisk('An Originate whose reply is lost', (pbx) => {
  const [technology] = technologiesOf(pbx);
  if (!technology) throw new Error('no technology');

  /** Places one callback through the proxy. Returns the result, the duration and the number of Originates. */
  const order = async (proxy: LossyProxy, more: object, target: typeof pbx = pbx) => {
    const services = servicesFor({ httpUrl: proxy.url }, target.users.callback, technology);
    const id = newCallbackId();
    const request = { route: 'agent-first', agent: '3207', to: '+74951234506', ...more };
    const started = performance.now();
    const result = await dial(services, request, id).then(
      (callback) => ({ callback, error: undefined }),
      (error: unknown) => ({ callback: undefined, error }),
    );
    const ms = performance.now() - started;
    await services.sessions.close();
    return { id, ms, sent: proxy.asked('Originate'), ...result };
  };
  const unknown = { code: 'outcome-unknown', callback: { status: 'unknown', pbx: 'main' } };

  it.concurrent.each([
    { wait: 'accepted', agent: '3206', status: 'ringing', first: 'ringing' },
    { wait: 'answered', agent: '3207', status: 'in-progress', first: 'answered' },
    { wait: 'answered', agent: '3201', status: 'busy', first: 'busy' },
    { wait: 'completed', agent: '3207', status: 'canceled', first: 'answered' },
  ])(
    'is recovered from the events with wait $wait and agent $agent',
    async ({ wait, agent, status, first }) => {
      await using watcher = await watchEvents(pbx);
      await using proxy = await proxyTo(pbx.httpUrl);
      proxy.loss = 'reply';
      const { id, callback, sent } = await order(proxy, { wait, agent, timeoutSeconds: 5 });
      // With wait accepted, the callback shows the first status that is known.
      expect(wait === 'accepted' ? ['queued', status] : [status]).toContain(callback?.status);
      expect(wait === 'accepted' ? ['waiting', first] : [first]).toContain(callback?.legs.first.status);
      expect(sent).toBe(1);
      expect(await channelsOf(watcher, id)).toBe(1);
      await watcher.action({ Action: 'Hangup', Channel: id });
    },
  );

  it.concurrent.each(['accepted', 'answered'])(
    'is unknown when the PBX cannot be asked any more, with wait %s',
    async (wait) => {
      await using watcher = await watchEvents(pbx);
      await using proxy = await proxyTo(pbx.httpUrl);
      proxy.loss = 'reply';
      proxy.onLoss = () => {
        proxy.dead = true;
      };
      const { id, error, ms, sent } = await order(proxy, { wait });
      expect(error).toMatchObject(unknown);
      expect(ms).toBeLessThan(AT_MOST_MS);
      expect(sent).toBe(1);
      expect(await channelsOf(watcher, id)).toBe(1);
    },
  );

  it.concurrent.each(['accepted', 'answered'])(
    'is unknown when the Originate itself was lost, with wait %s',
    async (wait) => {
      await using watcher = await watchEvents(pbx);
      await using proxy = await proxyTo(pbx.httpUrl);
      proxy.loss = 'order';
      const { id, error, ms, sent } = await order(proxy, { wait });
      expect(error).toMatchObject(unknown);
      expect(ms).toBeLessThan(AT_MOST_MS);
      expect(sent).toBe(1);
      expect(await channelsOf(watcher, id)).toBe(0);
    },
  );

  it.concurrent('is unknown when Asterisk is killed before it replies', async () => {
    const running = await startPbx(pbx.version, pbx.certificates);
    let stopped: Promise<void> | undefined;
    const kill = (): Promise<void> => (stopped ??= running.stop()); // by SIGKILL
    try {
      await using proxy = await proxyTo(running.pbx.httpUrl);
      proxy.loss = 'reply';
      proxy.onLoss = kill;
      const { error, ms, sent } = await order(proxy, { wait: 'answered' }, running.pbx);
      expect(error).toMatchObject(unknown);
      expect(ms).toBeLessThan(AT_MOST_MS);
      expect(sent).toBe(1);
    } finally {
      await kill();
    }
  });
});
