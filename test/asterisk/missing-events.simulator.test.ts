import { describe, expect, it } from 'vitest';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { DEFAULT_DIALPLAN } from '../../local/simulator/dialplan.ts';
import type { Behavior } from '../../local/simulator/phone-behavior.ts';
import { USER } from '../support/ajam/simulated.ts';
import { twoPbxes } from '../support/calls/two-pbxes.ts';

const patient: Behavior = { kind: 'answers', ringsMs: 4500 };
const dialplan = {
  ...DEFAULT_DIALPLAN,
  phones: [{ channel: /^PJSIP\/3210$/, behavior: patient }, ...DEFAULT_DIALPLAN.phones],
};

describe('A PBX that sends no events', () => {
  const blind = { timeScale: 0.5, users: [{ ...USER, write: 'originate' }] };
  const hidden = {
    code: 'pbx-permission',
    message: expect.stringContaining('read=call'),
    callback: { status: 'queued' },
  };

  it('makes a request that waits fail with pbx-permission, with and without a key', async () => {
    await using desk = await twoPbxes(blind);
    const request = { wait: 'completed', waitSeconds: 10 };
    await Promise.all([
      expect(desk.call(request)).rejects.toMatchObject(hidden),
      expect(desk.keyed(newCallbackId(), request)).rejects.toMatchObject(hidden),
    ]);
  });

  it('returns the accepted callback when the request does not wait', async () => {
    await using desk = await twoPbxes(blind);
    const { callback, replayed: repeated } = await desk.keyed(newCallbackId());
    expect(callback).toMatchObject({ status: 'queued', asterisk: { response: 'Success' } });
    expect(repeated).toBe(false);
  });

  it('returns the accepted callback with dtmf not-sent when the request has digits', async () => {
    const write = 'originate,call,reporting';
    await using desk = await twoPbxes({ ...blind, users: [{ ...USER, write }] });
    const request = { dtmf: '12', waitSeconds: 10 };
    const taken = { status: 'queued', dtmf: 'not-sent', asterisk: { response: 'Success' } };
    const [callback, keyed] = await Promise.all([desk.call(request), desk.keyed(newCallbackId(), request)]);
    expect(callback).toMatchObject(taken);
    expect(keyed.callback).toMatchObject(taken);
  });

  it.each([true, false])(
    'does not fail when the first reply with events was lost: the call is followed (key: %s)',
    async (key) => {
      await using desk = await twoPbxes({ timeScale: 1, dialplan });
      desk.main.faults.add({ when: 'WaitEvent', fault: { kind: 'drop after executing' } });
      const request = { agent: '3210', wait: 'answered', waitSeconds: 15 };
      const callback = key ? (await desk.keyed(newCallbackId(), request)).callback : await desk.call(request);
      expect(callback).toMatchObject({ status: 'in-progress', legs: { first: { status: 'answered' } } });
    },
  );
});

it('a refused second Originate with the same id does not become the outcome of the first', async () => {
  await using desk = await twoPbxes({ timeScale: 0.5 });
  const id = newCallbackId();
  const request = { agent: '3206', wait: 'answered', waitSeconds: 3 };
  const following = desk.keyed(id, request);
  await expect.poll(() => desk.main.calls.length).toBe(1);
  await desk.keyed(id, { ...request, wait: 'accepted' });
  const { callback } = await following;
  expect(callback.status).toBe('ringing');
  expect(callback.asterisk.event).toBeUndefined();
});
