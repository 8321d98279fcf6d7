import { expect, it } from 'vitest';
import type { Callback } from '../../lib/calls/callback.ts';
import { describeOnAsterisk, watchEvents } from '../support/asterisk/index.ts';
import { proxyTo } from '../support/calls/proxy.ts';
import { dial, servicesFor, technologiesOf } from '../support/calls/services.ts';

const legs = ({ status, legs: { first, second } }: Callback) => [status, first.status, second.status];
const CONNECTED = ['in-progress', 'answered', 'answered'];

describeOnAsterisk('placeCallback', (pbx) => {
  const [technology] = technologiesOf(pbx);
  if (!technology) throw new Error('no technology');
  const request = {
    route: 'agent-first',
    agent: '3200',
    to: '+74951234500',
    wait: 'connected',
    waitSeconds: 4,
  };

  it.each([
    ['control', [CONNECTED]],
    ['callback', [CONNECTED, ['unknown', expect.any(String), expect.any(String)]]],
  ] as const)(
    'never says queued while both parties talk and events are lost (AMI user %s)',
    async (user, allowed) => {
      await using watcher = await watchEvents(pbx);
      for (const skip of [0, 1, 2]) {
        await using proxy = await proxyTo(pbx.httpUrl);
        proxy.loses = { action: 'WaitEvent', skip };
        const services = servicesFor({ httpUrl: proxy.url }, pbx.users[user], technology);
        const callback = await dial(services, request);
        await services.sessions.close();
        await watcher.action({ Action: 'Hangup', Channel: callback.id });
        expect(allowed).toContainEqual(legs(callback));
      }
    },
  );
});
