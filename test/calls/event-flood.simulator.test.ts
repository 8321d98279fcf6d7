import { describe, expect, it } from 'vitest';
import { dial, servicesFor } from '../support/calls/services.ts';
import { packets, reply, startHostilePbx, waitEventBody, write } from '../support/hostile-pbx/server.ts';

const TECHNOLOGY = {
  name: 'PJSIP' as const,
  agent: 'PJSIP/{agent}',
  customer: 'PJSIP/{to}',
  customers: 'callbacks',
  agents: 'agents',
};
const REQUEST = { route: 'agent-first', agent: '3200', to: '+74951234500' };

/** Events of one call, as many as fit into so many bytes; each has a channel of its own, unless `channels` is less. */
function eventsOf(id: string, bytes: number, channels: number): string {
  const one = (n: number) =>
    packets([
      'Event: Newstate',
      'Privilege: call,all',
      `Channel: PJSIP/3200-${n}`,
      'ChannelState: 5',
      `Uniqueid: 1.${n % channels}`,
      `Linkedid: ${id}`,
    ]);
  const count = Math.floor(bytes / one(99_999).length);
  return Array.from({ length: count }, (_, n) => one(n)).join('');
}

/** The processor time, in milliseconds, and the callback for one WaitEvent with so many bytes of events of the call. */
async function placeAmong(bytes: number, channels: number) {
  let id = '';
  await using pbx = await startHostilePbx({
    Originate: (socket, action) => {
      id = action.form.get('ChannelId') ?? '';
      return write(socket, reply(packets(['Response: Success', `ActionID: ${action.actionId}`])));
    },
    WaitEvent: (socket, action) => {
      const events = action.nth === 1 ? eventsOf(id, bytes, channels) : '';
      return write(socket, reply(waitEventBody(action, events)));
    },
  });
  const services = servicesFor({ httpUrl: pbx.url }, { username: 'callback', secret: 'secret' }, TECHNOLOGY);
  const before = process.cpuUsage();
  const callback = await dial(services, { ...REQUEST, wait: 'answered', waitSeconds: 1 });
  const { user, system } = process.cpuUsage(before);
  await services.sessions.close();
  return { ms: (user + system) / 1000, callback };
}

describe('placeCallback', () => {
  it.each([
    ['of a channel each', Number.MAX_SAFE_INTEGER],
    ['of three channels', 3],
  ])(
    'needs less than a second of processor time for 1 MB of events of its own call, %s',
    async (_, channels) => {
      await placeAmong(1000, channels);
      const { ms, callback } = await placeAmong(1_000_000, channels);
      expect(ms).toBeLessThan(1000);
      expect(['queued', 'ringing', 'unknown']).toContain(callback.status);
    },
  );
});
