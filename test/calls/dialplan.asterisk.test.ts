import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import type { Callback } from '../../lib/calls/callback.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { callStatus, cancelCall } from '../../lib/calls/control-callback.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { describeOnAsterisk } from '../support/asterisk/index.ts';
import { dial, servicesFor, technologiesOf } from '../support/calls/services.ts';

const words = ({ status, legs }: Callback) => [status, legs.first.status, legs.second.status];
const asked = () => ({ deadline: Deadline.in(10_000), mayUseRoute: () => true });

describeOnAsterisk('A route whose second party is the dialplan', (pbx) => {
  for (const technology of technologiesOf(pbx)) {
    for (const context of ['ivr', 'noDial']) {
      const title = `${technology.name}, ${context}`;
      const contexts = { ...technology, customers: context };
      const desk = servicesFor(pbx, pbx.users.control, contexts, { second: 'dialplan' });
      afterAll(() => desk.sessions.close());
      const call = (agent: string, more: object = {}) =>
        dial(desk, { route: 'agent-first', agent, to: '+74951234500', timeoutSeconds: 5, ...more });

      it.concurrent(`is connected when the dialplan answers, and completed when it ends (${title})`, async () => {
        const connected = await call('3208', { wait: 'connected' });
        expect(words(connected)).toEqual(['in-progress', 'answered', 'answered']);
        expect(words(await callStatus(desk, connected.id, asked()))).toEqual(words(connected));
        const over = await cancelCall(desk, connected.id, asked());
        expect(words(over)).toEqual(['completed', 'answered', 'answered']);
      });

      it.concurrent(`is completed when the first party answers and hangs up (${title})`, async () => {
        const over = await call('3207', { wait: 'completed' });
        expect(words(over)).toEqual(['completed', 'answered', 'answered']);
        expect(over.legs.first.talkSeconds).toBeGreaterThanOrEqual(0.4);
      });

      it.concurrent(`is not reached when the first leg fails (${title})`, async () => {
        expect(words(await call('3201', { wait: 'completed' }))).toEqual(['busy', 'busy', 'canceled']);
      });
    }

    const title = `${technology.name}, without saying so in the route`;
    const desk = servicesFor(pbx, pbx.users.control, { ...technology, customers: 'noDial' });
    afterAll(() => desk.sessions.close());
    it.concurrent(`is canceled without the setting, because nobody is ever connected (${title})`, async () => {
      const request = { route: 'agent-first', agent: '3200', to: '+74951234500', wait: 'connected' };
      const callback = await dial(desk, { ...request, waitSeconds: 1 });
      expect(words(callback)).toEqual(['in-progress', 'answered', 'waiting']);
      expect(words(await cancelCall(desk, callback.id, asked()))).toEqual([
        'canceled',
        'answered',
        'canceled',
      ]);
    });
  }
});

describeOnAsterisk('A call over Local channels that Asterisk removes', (pbx) => {
  const behindLocal = {
    ...{ name: 'Local' as const, agent: 'Local/{agent}@agents', customer: 'Local/{to}@behind-local' },
    ...{ customers: 'behind-local', agents: 'agents' },
  };
  const desk = servicesFor(pbx, pbx.users.control, behindLocal);
  afterAll(() => desk.sessions.close());

  // Longer than Asterisk needs for it.
  const talk = () => sleep(1200);

  it('is shown and hung up: the first channel stays, the second is the phone behind', async () => {
    const request = { route: 'agent-first', agent: '3200', to: '+74951234514', wait: 'connected' };
    const { id } = await dial(desk, request);
    await talk();
    const now = await callStatus(desk, id, asked());
    expect(words(now)).toEqual(['in-progress', 'answered', 'answered']);
    expect(now.legs.first).toMatchObject({ party: 'agent', channel: expect.stringMatching(/^Local\/3200@/) });
    expect(words(await cancelCall(desk, id, asked()))).toEqual(['completed', 'answered', 'answered']);
    expect(await callStatus(desk, id, asked())).toMatchObject({ live: false });
  });

  it('is followed until the phones hang up', async () => {
    const id = newCallbackId();
    const request = { route: 'agent-first', agent: '3200', to: '+74951234514', wait: 'completed' };
    const following = dial(desk, request, id);
    await expect
      .poll(() => callStatus(desk, id, asked()).then(words), { timeout: 5000 })
      .toEqual(['in-progress', 'answered', 'answered']);
    await talk();
    await cancelCall(desk, id, asked());
    const over = await following;
    expect(words(over)).toEqual(['completed', 'answered', 'answered']);
    expect(over.legs.first.talkSeconds).toBeGreaterThanOrEqual(1);
  });
});
