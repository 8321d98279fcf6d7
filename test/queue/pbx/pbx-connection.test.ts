import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { AjamSession } from '../../../lib/ajam/index.ts';
import { SessionPool } from '../../../lib/asterisk/session-pool.ts';
import { PbxLink } from '../../../lib/queue/pbx/pbx-connection.ts';
import { parseSettings } from '../../../lib/settings/parse-settings.ts';
import { openMemoryStore } from '../../support/store/memory-store.ts';

const FOLLOWED = 20;

it('A PBX that cannot be reached sees one login at a time, however many calls are followed there', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const settings = parseSettings({
    'pbx/main/url': `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    'pbx/main/username': 'callback',
    'pbx/main/secret': 'nobody-checks-it',
    'routes/default': { channel: 'PJSIP/{agent}', context: 'out', to: { allow: ['+7'] } },
  });
  const link = new PbxLink('main', {
    settings: { get: async () => settings, refresh: async () => settings },
    sessions: new SessionPool(),
    store: openMemoryStore(),
    open: (pbx, options) => AjamSession.open(pbx, options),
  });
  const ask = async (): Promise<unknown> => link.ask(() => link.use(async () => 'an answer'));

  await expect(ask()).rejects.toMatchObject({ code: 'pbx-unreachable' });
  const first = connections;
  const until = performance.now() + 3_000;
  const follow = async (): Promise<void> => {
    while (performance.now() < until) {
      await expect(ask()).rejects.toMatchObject({ code: 'pbx-unreachable' });
      await sleep(50);
    }
  };
  await Promise.all(Array.from({ length: FOLLOWED }, follow));
  // One probe after two seconds. The next one would come four seconds later.
  expect(connections - first).toBe(first);
  server.close();
});
