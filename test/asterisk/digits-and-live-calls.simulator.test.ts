import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callStatus, cancelCall, sendCallDigits } from '../../lib/calls/control-callback.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { DEFAULT_DIALPLAN } from '../../local/simulator/dialplan.ts';
import type { Behavior } from '../../local/simulator/phone-behavior.ts';
import { asked, USER } from '../support/ajam/simulated.ts';
import { type Desk, twoPbxes } from '../support/calls/two-pbxes.ts';
import { route } from '../support/rules/fixtures.ts';

/** Phones that ring as long as real ones, and an AMI user who may ask and play digits. */
const CONTROL = { users: [{ ...USER, read: 'call', write: 'originate,call,reporting' }], timeScale: 0.5 };

const options = (ms = 5000) => ({ deadline: Deadline.in(ms), mayUseRoute: () => true });

describe('A callback after its Originate was accepted', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await twoPbxes(CONTROL);
  });
  afterEach(() => desk[Symbol.asyncDispose]());

  const keyed: Desk['keyed'] = (id, fields) => desk.keyed(id, fields);

  it('reports dtmf not-sent when no customer can hear the digits', async () => {
    desk.settings.routes['default'] = route({ second: 'dialplan' });
    expect(await desk.call({ dtmf: '12', wait: 'connected' })).toMatchObject({
      status: 'in-progress',
      dtmf: 'not-sent',
    });
  });

  it('reports dtmf partly-sent and its outcome when a reply to PlayDTMF is lost', async () => {
    const patient: Behavior = { kind: 'answers', ringsMs: 200, hangsUpAfterMs: 4000 };
    const phones = [{ channel: /07@trunk$/, behavior: patient }, ...DEFAULT_DIALPLAN.phones];
    await using own = await twoPbxes({ ...CONTROL, dialplan: { ...DEFAULT_DIALPLAN, phones } });
    // The first one asks whether the user may play digits at all.
    own.main.faults.add({ when: 'PlayDTMF', skip: 2, fault: { kind: 'drop after executing' } });
    const callback = await own.call({ to: '84951234507', dtmf: '1234', wait: 'completed' });
    expect(callback).toMatchObject({ dtmf: 'partly-sent', status: 'completed' });
    expect(own.main.calls[0]?.dtmf).toBe('12');
  });

  it('stops sending digits at the deadline', async () => {
    const started = performance.now();
    const request = { dtmf: `${'w'.repeat(31)}1`, wait: 'connected' };
    const callback = await desk.call(request, Deadline.in(2000));
    expect(performance.now() - started).toBeLessThan(2600);
    expect(callback).toMatchObject({ status: 'in-progress', dtmf: 'not-sent' });
  });

  it('does not report pbx-permission when the network loses every WaitEvent', async () => {
    desk.main.faults.add({
      when: 'WaitEvent',
      fault: { kind: 'black hole' },
      times: Number.POSITIVE_INFINITY,
    });
    const callback = await desk.call({ wait: 'answered', waitSeconds: 5 });
    expect(callback).toMatchObject({ status: 'in-progress', legs: { first: { status: 'answered' } } });
  });

  it('rings once when it is repeated with the same key, and each repeat waits as long as it requests', async () => {
    expect((await keyed('k1')).replayed).toBe(false);
    for (const waitSeconds of [0, 0.02, 1]) {
      const { callback, replayed } = await keyed('k1', { wait: 'answered', waitSeconds });
      expect(callback.status).toMatch(/^(queued|ringing)$/);
      expect(replayed).toBe(true);
    }
    expect(desk.main.calls.flatMap(({ rang }) => rang)).toHaveLength(1);
  });

  it('shows an answered second leg to a repeat when an IVR has answered', async () => {
    desk.settings.routes['default'] = route({ second: 'dialplan' });
    await keyed('k2', { agent: '3200', to: '84951234506', wait: 'answered' });
    const again = await keyed('k2', { agent: '3200', to: '84951234506', wait: 'answered' });
    const { callback } = again;
    expect(again.replayed).toBe(true);
    expect(callback).toMatchObject({ status: 'in-progress', legs: { second: { status: 'answered' } } });
  });

  it('reports an unreachable phone for a request with a key', async () => {
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

  it('reports pbx-no-answer and the sent digits when a reply to PlayDTMF is lost', async () => {
    const { id } = await desk.call({ wait: 'connected' });
    desk.main.faults.add({ when: 'PlayDTMF', skip: 2, fault: { kind: 'drop after executing' } });
    await expect(sendCallDigits(desk.services, id, '12w34', options())).rejects.toMatchObject({
      code: 'pbx-no-answer',
      message: expect.stringContaining('2 of 4'),
    });
    expect(desk.main.calls[0]?.dtmf).toBe('123');
  });

  it('refuses digits when no channel is known to be the customer’s', async () => {
    desk.settings.routes['default'] = route({ second: 'dialplan' });
    const { id } = await desk.call({ to: '84951234506', wait: 'connected' });
    await expect(sendCallDigits(desk.services, id, '1', options())).rejects.toMatchObject({
      code: 'call-not-connected',
      message: expect.stringContaining('The channel of the customer is unknown'),
    });
  });

  it('is ended with the new secret after the secret was rotated', async () => {
    const { id } = await desk.call({ wait: 'connected' });
    await desk.services.sessions.close();
    const { secret } = desk.settings.pbx.main;
    desk.refreshed.to = { secret };
    desk.settings.pbx.main.secret = 'outdated-secret';
    expect(await cancelCall(desk.services, id, options())).toMatchObject({ status: 'completed' });
    expect(desk.refreshed.times).toBe(1);
  });

  it('is shown after a new login when Asterisk has forgotten the session', async () => {
    const { id } = await desk.call({ wait: 'connected' });
    // Leaves a warm session.
    await callStatus(desk.services, id, options());
    const before = asked(desk.main, 'Login');
    desk.main.forgetSessions();
    expect(await callStatus(desk.services, id, options())).toMatchObject({ id, status: 'in-progress' });
    expect(asked(desk.main, 'Login')).toBe(before + 1);
  });

  it('reports pbx-refused with the message of Asterisk when it ends before the digits arrive', async () => {
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

  it('is not ended by an AMI user who may only read, and the error names the missing privilege', async () => {
    const user = { ...USER, read: 'call', write: 'originate,reporting' };
    await using poor = await twoPbxes({ ...CONTROL, users: [user] });
    const { id } = await poor.call({ wait: 'connected' });
    await expect(cancelCall(poor.services, id, options())).rejects.toMatchObject({
      code: 'pbx-permission',
      hint: expect.stringContaining('write=originate,call,reporting'),
    });
    expect(await callStatus(poor.services, id, options())).toMatchObject({ status: 'in-progress' });
  });

  it('is shown from its record when the PBX does not answer within the deadline', async () => {
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
