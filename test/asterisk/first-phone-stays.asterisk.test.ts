import { afterAll, expect, it } from 'vitest';
import type { Callback } from '../../lib/calls/callback.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { callStatus, cancelCall, sendCallDigits } from '../../lib/calls/control-callback.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { describeOnAsterisk } from '../support/asterisk/index.ts';
import { dial, servicesFor } from '../support/calls/services.ts';

const words = ({ status, legs }: Callback) => [
  status,
  legs.first.status,
  legs.second.reason ?? legs.second.status,
];
const asked = () => ({ deadline: Deadline.in(20_000), mayUseRoute: () => true });

describeOnAsterisk('A first phone that stays on the line after the customer has hung up', (pbx) => {
  const deskFor = (customers: string, agent: string) => {
    const technology = { name: 'PJSIP' as const, agent, customer: 'PJSIP/{to}@customers' };
    const desk = servicesFor(pbx, pbx.users.control, { ...technology, customers, agents: 'agents' });
    afterAll(() => desk.sessions.close());
    return desk;
  };
  const request = { route: 'agent-first', agent: '3200', waitSeconds: 20 };
  const [announce, afterTrunk] = ['announce', 'announce-after-trunk'];

  it.concurrent.each([
    ['busy', '01', announce, 'busy', 'busy'],
    ['declined', '02', announce, 'rejected', 'failed'],
    ['temporarily unavailable', '03', announce, 'no-answer', 'no-answer'],
    ['no such number', '04', announce, 'unreachable', 'failed'],
    ['out of service', '05', announce, 'congestion', 'failed'],
    ['rings in vain', '06', announce, 'no-answer', 'no-answer'],
    ['busy behind a dead trunk', '01', afterTrunk, 'busy', 'busy'],
    ['rings in vain behind a dead trunk', '06', afterTrunk, 'no-answer', 'no-answer'],
  ])(
    'has the same second leg for POST, GET and DELETE when the customer is: %s',
    async (_, digits, context, second, status) => {
      for (const agent of ['PJSIP/{agent}', 'Local/{agent}@phones']) {
        const desk = deskFor(context, agent);
        const order = await dial(desk, { ...request, to: `+749512345${digits}`, wait: 'connected' });
        expect(words(order)).toEqual(['in-progress', 'answered', second]);
        expect(words(await callStatus(desk, order.id, asked()))).toEqual(words(order));
        expect(words(await cancelCall(desk, order.id, asked()))).toEqual([status, 'answered', second]);
      }
    },
  );

  it.concurrent('is in-progress for GET, DELETE and a waiting request', async ({ expect }) => {
    const desk = deskFor(announce, 'PJSIP/{agent}');
    const id = newCallbackId();
    const following = dial(desk, { ...request, to: '+74951234507', wait: 'completed' }, id);
    await expect
      .poll(() => callStatus(desk, id, asked()).then(({ legs }) => legs.second), { timeout: 10_000 })
      .toEqual({ party: 'customer', status: 'answered' });
    await expect(sendCallDigits(desk, id, '1', asked())).rejects.toMatchObject({
      code: 'call-not-connected',
    });
    expect(words(await cancelCall(desk, id, asked()))).toEqual(['completed', 'answered', 'answered']);
    expect(words(await following)).toEqual(['completed', 'answered', 'answered']);
  });
});
