import { describe, expect, it } from 'vitest';
import { openDesk } from '../support/calls/line-desk.ts';

describe('A DELETE of a callback that waits', () => {
  it('cancels it before it rings, and answers the same again', async () => {
    const desk = openDesk();
    const { callback } = await desk.accept();
    const canceled = await desk.cancel(callback.id);
    expect(canceled).toMatchObject({ status: 'canceled', attempts: [] });
    expect(await desk.cancel(callback.id)).toEqual(canceled);
    expect(await desk.store.listQueued('sales', 10)).toEqual([]);
  });

  it('is refused once it has ended by itself', async () => {
    const desk = openDesk();
    const { callback } = await desk.accept();
    await desk.store.changeCallback(await desk.record(callback.id), (now) => ({
      ...now,
      callback: { ...now.callback, status: 'expired' },
      endedAt: Date.now(),
    }));
    await expect(desk.cancel(callback.id)).rejects.toMatchObject({ code: 'callback-ended' });
  });

  it('is not yet decided while an attempt lives, and is when its runner has hung up', async () => {
    const desk = openDesk();
    const { callback } = await desk.accept();
    const attempt = { owner: 'runner', pbx: 'main', agent: '3200', at: Date.now() };
    await desk.store.claimAttempt(await desk.record(callback.id), attempt);
    const asked = desk.cancel(callback.id);
    const hungUp = (async () => {
      await expect.poll(async () => (await desk.record(callback.id)).cancelRequestedAt).toBeDefined();
      await desk.store.recordOutcome(await desk.record(callback.id), {
        seen: { status: 'canceled' },
        at: Date.now(),
        owner: 'runner',
      });
    })();
    const [canceled] = await Promise.all([asked, hungUp]);
    expect(canceled).toMatchObject({ status: 'canceled', attempts: [{ status: 'canceled' }] });
    expect(canceled.endedAt).toBeDefined();
    expect(await desk.cancel(callback.id)).toEqual(canceled);
    expect(desk.woken).toEqual(['sales', 'sales']);
  });

  it('stays undecided without a runner, and no later attempt can be claimed', async () => {
    const desk = openDesk({ patienceMs: 300 });
    const { callback } = await desk.accept();
    const attempt = { owner: 'runner', pbx: 'main', agent: '3200', at: Date.now() };
    await desk.store.claimAttempt(await desk.record(callback.id), attempt);
    const asked = await desk.cancel(callback.id);
    expect([asked.status, asked.endedAt]).toEqual(['dialing', undefined]);
    const ended = { seen: { status: 'busy' as const }, at: Date.now(), owner: 'runner', endsCallback: false };
    await desk.store.recordOutcome(await desk.record(callback.id), ended);
    const next = desk.store.claimAttempt(await desk.record(callback.id), { ...attempt, owner: 'another' });
    expect(await next).toMatchObject({ claimed: false, why: 'cancel-requested' });
  });
});

it('Digits for a callback that waits are refused, because nobody has answered', async () => {
  const desk = openDesk();
  const { callback } = await desk.accept();
  await expect(desk.sendDigits(callback.id)).rejects.toMatchObject({ code: 'call-not-connected' });
  await desk.cancel(callback.id);
  await expect(desk.sendDigits(callback.id)).rejects.toMatchObject({ code: 'callback-ended' });
});
