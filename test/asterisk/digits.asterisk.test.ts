import { afterAll, it } from 'vitest';
import { cancelCall, sendCallDigits } from '../../lib/calls/control-callback.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { describeOnAsterisk, type Pbx, readDigits, readInvites } from '../support/asterisk/index.ts';
import { dial, servicesFor, type Technology } from '../support/calls/services.ts';

const PJSIP: Technology = {
  ...{ name: 'PJSIP', agent: 'PJSIP/{agent}', customer: 'PJSIP/{to}@customers' },
  ...{ customers: 'digits-for-called', agents: 'digits-for-caller' },
};
const BEHIND_LOCAL: Technology = {
  ...{ name: 'Local', agent: 'Local/{agent}@agents', customer: 'Local/{to}@callbacks' },
  ...{ customers: 'behind-local', agents: 'agents' },
};

const asked = () => ({ deadline: Deadline.in(20_000), mayUseRoute: () => true });
const anyCustomer = () => `7495${Math.floor(10_000 + Math.random() * 89_999)}00`;
const heardBy = async (pbx: Pbx, number: string): Promise<string> => {
  const invite = (await readInvites(pbx)).findLast(({ callee }) => callee === number);
  const digits = (await readDigits(pbx)).filter(({ rtpPort }) => rtpPort === invite?.rtpPort);
  return digits.map(({ digit }) => digit).join('');
};

describeOnAsterisk('The phone of the customer', (pbx) => {
  const dialplan = servicesFor(pbx, pbx.users.control, PJSIP, { dtmf: 'variable' });
  const behind = servicesFor(pbx, pbx.users.control, BEHIND_LOCAL);
  afterAll(() => Promise.all([dialplan, behind].map(({ sessions }) => sessions.close())));

  for (const order of ['agent', 'customer'] as const) {
    const call = (number: string) => ({
      route: `${order}-first`,
      agent: '3200',
      to: `+${number}`,
      dtmf: '1w2#',
    });

    it.concurrent(`receives the digits that the dialplan sends, ${order} first`, async ({ expect }) => {
      const number = anyCustomer();
      const { id, dtmf } = await dial(dialplan, { ...call(number), wait: 'connected' });
      expect(dtmf).toBeUndefined();
      await expect.poll(() => heardBy(pbx, number), { timeout: 10_000 }).toBe('12#');
      await cancelCall(dialplan, id, asked());
    });

    it.concurrent(`receives digits behind a Local channel, ${order} first`, async ({ expect }) => {
      const number = anyCustomer();
      const { id, dtmf } = await dial(behind, { ...call(number), wait: 'connected' });
      expect(dtmf).toBe('sent');
      await sendCallDigits(behind, id, '9*0D', asked());
      await expect.poll(() => heardBy(pbx, number), { timeout: 10_000 }).toBe('12#9*0D');
      await cancelCall(behind, id, asked());
    });
  }
});
