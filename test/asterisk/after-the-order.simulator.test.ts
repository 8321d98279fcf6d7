import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callStatus, cancelCall, sendCallDigits } from '../../lib/calls/control-callback.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { type Behavior, DEFAULT_DIALPLAN } from '../../local/simulator/dialplan.ts';
import { asked, USER } from '../support/ajam/simulated.ts';
import { type Desk, twoPbxes } from '../support/calls/two-pbxes.ts';
import { route } from '../support/rules/fixtures.ts';

/** Phones that ring as long as real ones, and an AMI user who may ask and play digits. */
const CONTROL = { users: [{ ...USER, read: 'call', write: 'originate,call,reporting' }], timeScale: 0.5 };

const options = (ms = 5000) => ({ deadline: Deadline.in(ms), mayUseRoute: () => true });

describe('Once an order was taken', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await twoPbxes(CONTROL);
  });
  afterEach(() => desk[Symbol.asyncDispose]());

  const keyed: Desk['keyed'] = (id, fields) => desk.keyed(id, fields);

  it('no lack of a customer to hear digits is told as if nothing had rung', async () => {
    desk.settings.routes['default'] = route({ second: 'dialplan' });
    expect(await desk.call({ dtmf: '12', wait: 'connected' })).toMatchObject({
      status: 'in-progress',
      dtmf: 'not-sent',
    });
  });

  it('an answer that is lost among the digits is no end of the wait, and they were partly sent', async () => {
    const patient: Behavior = { kind: 'answers', ringsMs: 200, hangsUpAfterMs: 4000 };
    const phones = [{ channel: /07@trunk$/, behavior: patient }, ...DEFAULT_DIALPLAN.phones];
    await using own = await twoPbxes({ ...CONTROL, dialplan: { ...DEFAULT_DIALPLAN, phones } });
    // The first one asks whether the user may play digits at all.
    own.main.faults.add({ when: 'PlayDTMF', skip: 2, fault: { kind: 'drop after executing' } });
    const callback = await own.call({ to: '84951234507', dtmf: '1234', wait: 'completed' });
    expect(callback).toMatchObject({ dtmf: 'partly-sent', status: 'completed' });
    expect(own.main.calls[0]?.dtmf).toBe('12');
  });

  it('digits stop when the time is up', async () => {
    const started = performance.now();
    const request = { dtmf: `${'w'.repeat(31)}1`, wait: 'connected' };
    const callback = await desk.call(request, Deadline.in(2000));
    expect(performance.now() - started).toBeLessThan(2600);
    expect(callback).toMatchObject({ status: 'in-progress', dtmf: 'not-sent' });
  });

  it('silence for a fault of the network is not blamed on the privileges', async () => {
    desk.main.faults.add({
      when: 'WaitEvent',
      fault: { kind: 'black hole' },
      times: Number.POSITIVE_INFINITY,
    });
    const callback = await desk.call({ wait: 'answered', waitSeconds: 5 });
    expect(callback).toMatchObject({ status: 'in-progress', legs: { first: { status: 'answered' } } });
  });

  it('a repeat rings nothing and waits for no more than it was asked to', async () => {
    expect((await keyed('k1')).replayed).toBe(false);
    for (const waitSeconds of [0, 0.02, 1]) {
      const { callback, replayed } = await keyed('k1', { wait: 'answered', waitSeconds });
      expect(callback.status).toMatch(/^(queued|ringing)$/);
      expect(replayed).toBe(true);
    }
    expect(desk.main.calls.flatMap(({ rang }) => rang)).toHaveLength(1);
  });

  it('a repeat of a call that an IVR has answered is told that it was', async () => {
    desk.settings.routes['default'] = route({ second: 'dialplan' });
    await keyed('k2', { agent: '3200', to: '84951234506', wait: 'answered' });
    const again = await keyed('k2', { agent: '3200', to: '84951234506', wait: 'answered' });
    const { callback } = again;
    expect(again.replayed).toBe(true);
    expect(callback).toMatchObject({ status: 'in-progress', legs: { second: { status: 'answered' } } });
  });

  it('a phone that cannot be reached is told as such, with a key as without', async () => {
    desk.settings.routes['default'] = route({ channel: 'PJSIP/nobody-{agent}' });
    const { callback, replayed } = await keyed('k3', { wait: 'answered' });
    expect(replayed).toBe(false);
    expect(callback.legs.first).toEqual({ party: 'agent', status: 'failed', reason: 'unreachable' });
  });
});

describe('A live call', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await twoPbxes(CONTROL);
  });
  afterEach(() => desk[Symbol.asyncDispose]());

  it('whose digits went without an answer is not said to have heard nothing', async () => {
    const { id } = await desk.call({ wait: 'connected' });
    desk.main.faults.add({ when: 'PlayDTMF', skip: 2, fault: { kind: 'drop after executing' } });
    await expect(sendCallDigits(desk.services, id, '12w34', options())).rejects.toMatchObject({
      code: 'pbx-no-answer',
      message: expect.stringContaining('2 of 4'),
    });
    expect(desk.main.calls[0]?.dtmf).toBe('123');
  });

  it('takes no digits for a customer who is not on the line', async () => {
    desk.settings.routes['default'] = route({ second: 'dialplan' });
    const { id } = await desk.call({ to: '84951234506', wait: 'connected' });
    await expect(sendCallDigits(desk.services, id, '1', options())).rejects.toMatchObject({
      code: 'call-not-connected',
      message: expect.stringContaining('No channel is known to be the customer’s'),
    });
  });

  it('is ended with a secret that was rotated meanwhile', async () => {
    const { id } = await desk.call({ wait: 'connected' });
    await desk.services.sessions.close();
    const { secret } = desk.settings.pbx.main;
    desk.refreshed.to = { secret };
    desk.settings.pbx.main.secret = 'outdated-secret';
    expect(await cancelCall(desk.services, id, options())).toMatchObject({ status: 'completed' });
    expect(desk.refreshed.times).toBe(1);
  });

  it('is asked about with a new login where Asterisk has forgotten the session', async () => {
    const { id } = await desk.call({ wait: 'connected' });
    // Leaves a warm session.
    await callStatus(desk.services, id, options());
    const before = asked(desk.main, 'Login');
    desk.main.forgetSessions();
    expect(await callStatus(desk.services, id, options())).toMatchObject({ id, status: 'in-progress' });
    expect(asked(desk.main, 'Login')).toBe(before + 1);
  });

  it('that ends before the digits arrive is told in the words of Asterisk', async () => {
    desk.settings.pbx.main.replyTimeoutMs = 5000;
    const { id } = await desk.call({ wait: 'connected' });
    desk.main.faults.add({ when: 'Status', fault: { kind: 'slow', ms: 1000 } });
    const before = asked(desk.main, 'Status');
    const digits = sendCallDigits(desk.services, id, '1', options());
    await expect.poll(() => asked(desk.main, 'Status')).toBe(before + 1);
    await Promise.all([
      cancelCall(desk.services, id, options()),
      expect(digits).rejects.toMatchObject({ code: 'pbx-refused', asteriskMessage: 'Channel not found' }),
    ]);
  });

  it('is not ended by an AMI user who may only look: the missing privilege is told', async () => {
    const user = { ...USER, read: 'call', write: 'originate,reporting' };
    await using poor = await twoPbxes({ ...CONTROL, users: [user] });
    const { id } = await poor.call({ wait: 'connected' });
    await expect(cancelCall(poor.services, id, options())).rejects.toMatchObject({
      code: 'pbx-permission',
      hint: expect.stringContaining('write=originate,call,reporting'),
    });
    expect(await callStatus(poor.services, id, options())).toMatchObject({ status: 'in-progress' });
  });

  it('is asked about no longer than there is time', async () => {
    const { id } = await desk.call({ wait: 'connected' });
    for (const pbx of [desk.main, desk.standby]) {
      pbx.faults.add({ when: 'Status', fault: { kind: 'black hole' }, times: Number.POSITIVE_INFINITY });
    }
    const started = Date.now();
    expect(await callStatus(desk.services, id, options(200))).toMatchObject({
      status: 'in-progress',
      live: null,
    });
    expect(Date.now() - started).toBeLessThan(600);
  });
});
