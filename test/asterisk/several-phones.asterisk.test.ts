import { afterAll, expect, it } from 'vitest';
import type { Callback } from '../../lib/calls/callback.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { callStatus, cancelCall } from '../../lib/calls/control-callback.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { describeOnAsterisk } from '../support/asterisk/index.ts';
import { dial, servicesFor } from '../support/calls/services.ts';

const words = ({ status, legs }: Callback) => [status, legs.first.status, legs.second.status];
const asked = () => ({ deadline: Deadline.in(20_000), mayUseRoute: () => true });

/** Agent `0506` is the phone 3205, then 3206: see [hunt] of test/asterisk/etc/extensions.conf. */
const HUNT = {
  ...{ name: 'Local' as const, agent: 'Local/{agent}@hunt', customer: 'PJSIP/{to}@customers' },
  ...{ customers: 'callbacks', agents: 'behind-hunt' },
};

describeOnAsterisk('A Local channel that tries several phones', (pbx) => {
  const desk = servicesFor(pbx, pbx.users.control, HUNT, { agents: '^[0-9]{4}$' });
  afterAll(() => desk.sessions.close());
  const parties = { to: '+74951234500', wait: 'completed', waitSeconds: 20 };

  it.concurrent.each([
    ['0506', 'no-answer'],
    ['0406', 'no-answer'],
    ['0106', 'busy'],
    ['0105', 'busy'],
  ])('for the agent %s as first leg is %s at the timeout', async (agent, fate) => {
    const callback = await dial(desk, { ...parties, route: 'agent-first', agent, timeoutSeconds: 5 });
    expect(words(callback)).toEqual([fate, fate, 'canceled']);
  });

  it.concurrent.each([
    ['0506', 'no-answer', 0],
    ['0106', 'busy', 17],
    ['0105', 'busy', 17],
  ])('for the agent %s as second leg is %s at the timeout, with cause %i', async (agent, fate, cause) => {
    const variables = { DIAL_SECONDS: '3' };
    const callback = await dial(desk, { ...parties, route: 'customer-first', agent, variables });
    expect(words(callback)).toEqual([fate, 'answered', fate]);
    expect(callback.legs.second.cause).toBe(cause);
  });

  it.concurrent('is canceled while the second phone rings, and a waiting request reports it', async ({
    expect,
  }) => {
    const id = newCallbackId();
    const following = dial(desk, { ...parties, route: 'agent-first', agent: '0506' }, id);
    await expect
      .poll(() => callStatus(desk, id, asked()), { timeout: 5000 })
      .toMatchObject({ status: 'ringing' });
    expect(words(await cancelCall(desk, id, asked()))).toEqual(['canceled', 'canceled', 'canceled']);
    expect(words(await following)).toEqual(['canceled', 'canceled', 'canceled']);
  });
});
