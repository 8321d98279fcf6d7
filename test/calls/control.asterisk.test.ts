import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import type { Callback } from '../../lib/calls/callback.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { callStatus, cancelCall, sendCallDigits } from '../../lib/calls/control-callback.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { describeOnAsterisk, readDigits, readInvites, watchEvents } from '../support/asterisk/index.ts';
import { dial, servicesFor, technologiesOf } from '../support/calls/services.ts';

const everybody = { mayUseRoute: () => true };
const inTime = () => Deadline.in(20_000);
const statuses = ({ status, legs }: Callback) => [status, legs.first.status, legs.second.status];

describeOnAsterisk('A live call', (pbx) => {
  for (const technology of technologiesOf(pbx)) {
    const services = servicesFor(pbx, pbx.users.control, technology);
    afterAll(() => services.sessions.close());

    for (const order of ['agent', 'customer'] as const) {
      const title = `${technology.name}, ${order} first`;
      const call = (first: string, second: string, more: object = {}) => {
        const [agent, customer] = order === 'agent' ? [first, second] : [second, first];
        const parties = { agent: `32${agent}`, to: `+749512345${customer}` };
        return dial(services, { route: `${order}-first`, wait: 'answered', ...parties, ...more });
      };

      it.concurrent(`is shown, and hung up while both talk (${title})`, async () => {
        const { id, to, agent } = await call('00', '00', { wait: 'connected' });
        const now = await callStatus(services, id, { deadline: inTime(), ...everybody });
        expect(now).toMatchObject({
          id,
          to,
          agent,
          route: `${order}-first`,
          pbx: 'main',
          status: 'in-progress',
        });
        expect(statuses(now)).toEqual(['in-progress', 'answered', 'answered']);
        expect(now.legs.first.party).toBe(order);
        const over = await cancelCall(services, id, { deadline: inTime(), ...everybody });
        expect(statuses(over)).toEqual(['completed', 'answered', 'answered']);
        expect(await callStatus(services, id, { deadline: inTime(), ...everybody })).toMatchObject({
          status: 'completed',
          live: false,
          endedAt: over.endedAt,
        });
      });

      it.concurrent(`is canceled while the first phone rings, and a waiting request reports it (${title})`, async ({
        expect,
      }) => {
        const id = newCallbackId();
        const [agent, customer] = order === 'agent' ? ['3206', '00'] : ['3200', '06'];
        const request = { route: `${order}-first`, agent, to: `+749512345${customer}`, wait: 'completed' };
        const following = dial(services, request, id);
        await expect
          .poll(() => callStatus(services, id, { deadline: inTime(), ...everybody }), { timeout: 5000 })
          .toMatchObject({ status: 'ringing' });
        const over = await cancelCall(services, id, { deadline: inTime(), ...everybody });
        expect(statuses(over)).toEqual(['canceled', 'canceled', 'canceled']);
        expect(statuses(await following)).toEqual(['canceled', 'canceled', 'canceled']);
      });

      it.concurrent(`is canceled while the second phone rings (${title})`, async ({ expect }) => {
        const { id } = await call('00', '06');
        await expect
          .poll(() => callStatus(services, id, { deadline: inTime(), ...everybody }), { timeout: 5000 })
          .toMatchObject({ legs: { second: { status: 'ringing' } } });
        const over = await cancelCall(services, id, { deadline: inTime(), ...everybody });
        expect(statuses(over)).toEqual(['canceled', 'answered', 'canceled']);
      });

      it.concurrent(`plays exactly the digits of the request and of a later one to the customer (${title})`, async () => {
        await using watcher = await watchEvents(pbx);
        const tail = technology.name === 'Local' ? '09' : '00';
        const number = `7495${Math.floor(10_000 + Math.random() * 89_999)}${tail}`;
        const [agent, to] = ['3200', `+${number}`];
        const request = { route: `${order}-first`, agent, to, wait: 'connected', dtmf: '1w2#' };
        const { id, dtmf } = await dial(services, request);
        expect(dtmf).toBe('sent');
        await sendCallDigits(services, id, '9*0D', { deadline: inTime(), ...everybody });
        if (technology.name === 'Local') {
          const heard = await watcher.waitFor(
            (event) =>
              event['Event'] === 'UserEvent' && event['Linkedid'] === id && event['UserEvent'] === 'Digits',
          );
          expect(heard['Digits']).toBe('12#9*0D');
        } else {
          await sleep(500);
          const invite = (await readInvites(pbx)).findLast(({ callee }) => callee === number);
          const heard = (await readDigits(pbx)).filter(({ rtpPort }) => rtpPort === invite?.rtpPort);
          expect(heard.map(({ digit }) => digit).join('')).toBe('12#9*0D');
        }
        await cancelCall(services, id, { deadline: inTime(), ...everybody });
      });
    }
  }

  const [technology] = technologiesOf(pbx);
  if (!technology) throw new Error('no technology');
  const services = servicesFor(pbx, pbx.users.control, technology);
  afterAll(() => services.sessions.close());

  it('is not found by a caller who may not use its route', async () => {
    const request = { route: 'agent-first', agent: '3200', to: '+74951234500', wait: 'connected' };
    const { id } = await dial(services, request);
    const stranger = { deadline: inTime(), mayUseRoute: (route: string) => route !== 'agent-first' };
    await expect(cancelCall(services, id, stranger)).rejects.toMatchObject({ code: 'callback-not-found' });
    expect(statuses(await callStatus(services, id, { deadline: inTime(), ...everybody }))[0]).toBe(
      'in-progress',
    );
    await cancelCall(services, id, { deadline: inTime(), ...everybody });
  });

  it('is the only call that is hung up, whatever the id is', async () => {
    const request = { route: 'agent-first', agent: '3200', to: '+74951234500', wait: 'connected' };
    const [one, other] = [await dial(services, request), await dial(services, request)];
    for (const id of [
      '/cb_.*/',
      'cb_',
      `${one.id};2`,
      one.id.toUpperCase(),
      '/./',
      one.legs.first.channel ?? '',
    ]) {
      await expect(cancelCall(services, id, { deadline: inTime(), ...everybody })).rejects.toMatchObject({
        code: 'callback-not-found',
      });
    }
    await cancelCall(services, one.id, { deadline: inTime(), ...everybody });
    expect(statuses(await callStatus(services, other.id, { deadline: inTime(), ...everybody }))[0]).toBe(
      'in-progress',
    );
    await cancelCall(services, other.id, { deadline: inTime(), ...everybody });
  });

  it('accepts no digits before both parties have answered', async () => {
    const { id } = await dial(services, { route: 'agent-first', agent: '3206', to: '+74951234500' });
    await expect(
      sendCallDigits(services, id, '1', { deadline: inTime(), ...everybody }),
    ).rejects.toMatchObject({
      code: 'call-not-connected',
    });
    await cancelCall(services, id, { deadline: inTime(), ...everybody });
  });

  it('names missing privileges, and rings no phone if digits could not be sent', async () => {
    const poor = servicesFor(pbx, pbx.users.callback, technology);
    const privileges = {
      code: 'pbx-permission',
      hint: expect.stringContaining('write=originate,call,reporting'),
    };
    const called = await dial(poor, { route: 'agent-first', agent: '3200', to: '+74951234500' });
    const options = { deadline: inTime(), ...everybody };
    expect(await callStatus(poor, called.id, options)).toMatchObject({ status: 'queued', live: null });
    await expect(cancelCall(poor, called.id, options)).rejects.toMatchObject(privileges);
    await using watcher = await watchEvents(pbx);
    const request = { route: 'agent-first', agent: '3200', to: '+74951234500', dtmf: '1' };
    const id = newCallbackId();
    await expect(dial(poor, request, id)).rejects.toMatchObject(privileges);
    await watcher.action({ Action: 'Ping' });
    expect(watcher.events().filter((event) => event['Uniqueid'] === id)).toEqual([]);
    await poor.sessions.close();
  });

  it('is refused as pbx-permission when the AMI user receives no events', async () => {
    const blind = servicesFor(pbx, pbx.users.blind, technology);
    const request = { route: 'agent-first', agent: '3207', to: '+74951234507', wait: 'answered' };
    await expect(dial(blind, request)).rejects.toMatchObject({
      code: 'pbx-permission',
      message: expect.stringContaining('read=call'),
    });
  });
});
