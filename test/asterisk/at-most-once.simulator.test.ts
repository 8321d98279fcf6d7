import { describe, expect, it } from 'vitest';
import { Deadline } from '../../lib/shared/deadline.ts';
import type { Fault } from '../../local/simulator/index.ts';
import { asked } from '../support/ajam/simulated.ts';
import { orders, twoPbxes } from '../support/calls/two-pbxes.ts';

/** The fault happens at the first Originate. The route has a second PBX. */
const originateWith = async (...faults: Fault[]) => {
  const desk = await twoPbxes();
  for (const fault of faults) desk.main.faults.add({ fault, when: 'Originate' });
  return desk;
};

describe.concurrent('An Originate whose reply is lost', () => {
  it.each<Fault>([
    { kind: 'drop after executing' },
    { kind: 'silent after executing' },
    { kind: 'truncated body' },
    { kind: 'not http' },
    { kind: 'garbage body' },
    { kind: 'huge body', bytes: 17 * 1024 * 1024 },
  ])('is recovered from the events of the call after: $kind', async (fault) => {
    await using desk = await originateWith(fault);
    const callback = await desk.call();
    expect(callback).toMatchObject({ pbx: 'main', legs: { first: { channel: expect.any(String) } } });
    expect(['ringing', 'in-progress', 'completed']).toContain(callback.status);
    expect(orders(desk)).toEqual({ sent: [1, 0], dialled: [1, 0] });
  });

  it.each<Fault>([
    { kind: 'drop before executing' },
    { kind: 'black hole' },
    { kind: 'http 503' },
    { kind: 'html' },
  ])('is unknown without an event of the call, and never sent again, after: $kind', async (fault) => {
    await using desk = await originateWith(fault);
    await expect(desk.call()).rejects.toMatchObject({
      code: 'outcome-unknown',
      callback: { status: 'unknown', pbx: 'main' },
    });
    expect(orders(desk)).toEqual({ sent: [1, 0], dialled: [0, 0] });
  });

  it('is unknown when the PBX cannot be asked for events', async () => {
    await using desk = await originateWith({ kind: 'drop after executing' });
    desk.main.faults.add({
      fault: { kind: 'black hole' },
      when: 'WaitEvent',
      times: Number.POSITIVE_INFINITY,
    });
    const started = performance.now();
    await expect(desk.call()).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(performance.now() - started).toBeLessThan(5500);
    expect(orders(desk)).toEqual({ sent: [1, 0], dialled: [1, 0] });
  });

  it('is unknown when the PBX was restarted in between', async () => {
    await using desk = await originateWith({ kind: 'drop after executing' });
    desk.main.faults.add({ fault: { kind: 'forget session' }, when: 'WaitEvent' });
    await expect(desk.call()).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(orders(desk)).toEqual({ sent: [1, 0], dialled: [1, 0] });
  });

  it.each([{}, { wait: 'answered' }])(
    'is looked for once more after the deadline, with %j',
    async (request) => {
      await using desk = await originateWith({ kind: 'silent after executing' });
      desk.settings.pbx.main.replyTimeoutMs = 10_000;
      const started = performance.now();
      expect((await desk.call(request, Deadline.in(500))).legs.first.channel).toBeDefined();
      expect(performance.now() - started).toBeLessThan(2000);
      expect(orders(desk)).toEqual({ sent: [1, 0], dialled: [1, 0] });
    },
  );

  it('is looked for even with waitSeconds 0', async () => {
    await using desk = await originateWith({ kind: 'drop after executing' });
    expect((await desk.call({ waitSeconds: 0 })).legs.first.channel).toBeDefined();
  });

  it('is unknown soon after the deadline when the PBX sends no reply', async () => {
    await using desk = await originateWith({ kind: 'silent after executing' });
    desk.settings.pbx.main.replyTimeoutMs = 10_000;
    desk.main.faults.add({ fault: { kind: 'black hole' }, when: 'WaitEvent' });
    const started = performance.now();
    await expect(desk.call({}, Deadline.in(500))).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(performance.now() - started).toBeLessThan(2500);
    expect(orders(desk)).toEqual({ sent: [1, 0], dialled: [1, 0] });
  });

  it('is recovered on a warm session too', async () => {
    await using desk = await twoPbxes();
    const before = await desk.call();
    desk.main.faults.add({ fault: { kind: 'drop after executing' }, when: 'Originate' });
    const callback = await desk.call();
    expect(callback.id).not.toBe(before.id);
    expect(callback.legs.first.channel).toBeDefined();
    expect(orders(desk)).toEqual({ sent: [2, 0], dialled: [2, 0] });
  });
});

describe.concurrent('A session that Asterisk forgot', () => {
  it('costs one more login and places exactly one call', async () => {
    await using desk = await twoPbxes();
    await desk.call();
    desk.main.forgetSessions();
    expect(await desk.call()).toMatchObject({ pbx: 'main', status: 'queued' });
    expect(desk.main.calls).toHaveLength(2);
    expect(orders(desk).sent).toEqual([3, 0]);
    expect(asked(desk.main, 'Login')).toBe(2);
  });

  it('makes the next PBX place the call when Asterisk forgets it twice', async () => {
    await using desk = await originateWith({ kind: 'forget session' }, { kind: 'forget session' });
    expect(await desk.call()).toMatchObject({ pbx: 'standby' });
    expect(orders(desk).dialled).toEqual([0, 1]);
  });

  it('makes the next PBX place the call when the new login fails', async () => {
    await using desk = await twoPbxes();
    await desk.call();
    desk.main.forgetSessions();
    desk.main.faults.add({ fault: { kind: 'drop before executing' }, when: 'Login' });
    expect(await desk.call()).toMatchObject({ pbx: 'standby' });
    expect(orders(desk).dialled).toEqual([1, 1]);
  });
});

describe.concurrent('Callbacks at the same time', () => {
  it('share no session, and each of them places one call', async () => {
    await using desk = await twoPbxes();
    desk.settings.pbx.main.replyTimeoutMs = 5000;
    await Promise.all(Array.from({ length: 20 }, () => desk.call()));
    await Promise.all(Array.from({ length: 20 }, () => desk.call()));
    expect(orders(desk)).toEqual({ sent: [40, 0], dialled: [40, 0] });
    await expect.poll(() => desk.main.sessions).toBeLessThanOrEqual(8);
  });
});
