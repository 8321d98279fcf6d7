import { describe, expect, it } from 'vitest';
import type { Callback } from '../../lib/calls/callback.ts';
import { USER } from '../support/ajam/simulated.ts';
import { twoPbxes } from '../support/calls/two-pbxes.ts';

const legs = ({ status, legs: { first, second } }: Callback) => [status, first.status, second.status];
const CONNECTED = ['in-progress', 'answered', 'answered'];
const WAIT = { agent: '3200', to: '84951234500', wait: 'connected', waitSeconds: 2 };

describe.concurrent('placeCallback, when replies with events are lost,', () => {
  const simulated = (write: string) =>
    twoPbxes({ timeScale: 0.1, users: [{ ...USER, read: 'call', write }] });
  const skipped = [0, 1, 2, 3, 4, 5];

  it.each(skipped)(
    'shows what the Status action shows when they are lost after %i WaitEvents',
    async (skip) => {
      await using desk = await simulated('originate,call,reporting');
      desk.main.faults.add({ when: 'WaitEvent', skip, times: 100, fault: { kind: 'drop after executing' } });
      expect(legs(await desk.call(WAIT))).toEqual(CONNECTED);
    },
  );

  it.each(skipped)('is connected or unknown without the right to ask, after %i WaitEvents', async (skip) => {
    await using desk = await simulated('originate');
    desk.main.faults.add({ when: 'WaitEvent', skip, times: 100, fault: { kind: 'drop after executing' } });
    const callback = await desk.call(WAIT);
    if (callback.status === 'unknown') expect(callback.waitEnded).toBe('timeout');
    else expect(legs(callback)).toEqual(CONNECTED);
  });

  it.each(skipped)('is unknown when the PBX cannot be asked at all after %i WaitEvents', async (skip) => {
    await using desk = await simulated('originate,call,reporting');
    const when = ({ action }: { action?: string }) => action === 'WaitEvent' || action === 'Status';
    desk.main.faults.add({ when, skip, times: 100, fault: { kind: 'black hole' } });
    const started = performance.now();
    const callback = await desk.call({ ...WAIT, wait: 'completed' });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(callback).toMatchObject({ status: 'unknown', waitEnded: 'timeout' });
  });

  it('still returns a callback with wait accepted at once', async () => {
    await using desk = await simulated('originate');
    desk.main.faults.add({ when: 'WaitEvent', times: 100, fault: { kind: 'drop after executing' } });
    expect(await desk.call()).toMatchObject({
      status: 'queued',
      asterisk: { originate: { response: 'Success' } },
    });
    expect(desk.main.requests.some(({ action }) => action === 'WaitEvent')).toBe(false);
  });

  it('recovers a call whose Originate reply and events were lost', async () => {
    await using desk = await simulated('originate,call,reporting');
    desk.main.faults.add({ when: 'Originate', fault: { kind: 'drop after executing' } });
    desk.main.faults.add({ when: 'WaitEvent', times: 100, fault: { kind: 'drop after executing' } });
    expect(legs(await desk.call(WAIT))).toEqual(CONNECTED);
    expect(desk.main.calls).toHaveLength(1);
  });

  it('shows the live call when Asterisk forgot the session', async () => {
    await using desk = await simulated('originate,call,reporting');
    desk.main.faults.add({ when: 'WaitEvent', skip: 1, fault: { kind: 'forget session' } });
    const { status } = await desk.call({ ...WAIT, agent: '3206', wait: 'completed' });
    expect(status).toBe('ringing');
  });
});

describe('placeCallback with a wait that ran out', () => {
  it.each(['answered', 'connected', 'completed'])('says waitEnded timeout for wait %s', async (wait) => {
    await using desk = await twoPbxes({ timeScale: 0.5 });
    const callback = await desk.call({ agent: '3206', wait, waitSeconds: 0.3 });
    expect(callback).toMatchObject({ waitEnded: 'timeout' });
    expect(['queued', 'ringing']).toContain(callback.status);
  });

  it('has no waitEnded when the wait was decided, or when the request does not wait', async () => {
    await using desk = await twoPbxes();
    for (const fields of [{}, { wait: 'answered' }, { agent: '3201', wait: 'completed' }]) {
      expect((await desk.call(fields)).waitEnded).toBeUndefined();
    }
  });
});
