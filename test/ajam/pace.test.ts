import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { events } from '../../lib/ajam/index.ts';
import type { Simulator } from '../../local/simulator/index.ts';
import { amongOthers, asked, openSession, simulate } from './simulated.ts';

let pbx: Simulator;
beforeEach(async () => {
  pbx = await simulate();
});
afterEach(() => pbx.close());

describe('events on a PBX where others call', () => {
  it.each([
    ['four times a second', undefined, 4],
    ['as often as is asked for', 100, 10],
  ])('are looked for %s', async (_often, paceMs, perSecond) => {
    const session = await openSession(pbx);
    await amongOthers(pbx, async () => {
      const until = Date.now() + 1000;
      for await (const _ of events(session, { wanted: () => false, until, paceMs })) expect.unreachable();
    });
    expect(pbx.calls.length).toBeGreaterThan(5);
    expect(asked(pbx, 'WaitEvent')).toBeGreaterThan(1);
    expect(asked(pbx, 'WaitEvent')).toBeLessThanOrEqual(perSecond * 1.5);
    await session.logoff();
  });

  it('end at once when nobody waits for them any more, though the next look is far away', async () => {
    const session = await openSession(pbx);
    const started = performance.now();
    await amongOthers(pbx, async () => {
      const signal = AbortSignal.timeout(100);
      const until = Date.now() + 15_000;
      const never = { wanted: () => false, until, signal, paceMs: 15_000 };
      for await (const _ of events(session, never)) expect.unreachable();
    });
    expect(performance.now() - started).toBeLessThan(5000);
    await session.logoff();
  });
});

describe('events are no error', () => {
  it('when nobody waits for them any more', async () => {
    const session = await openSession(pbx);
    const started = performance.now();
    const signal = AbortSignal.timeout(100);
    for await (const _ of events(session, { wanted: () => false, until: Date.now() + 15_000, signal }))
      expect.unreachable();
    expect(performance.now() - started).toBeLessThan(5000);
    await session.logoff();
  });

  it('when the PBX is out of reach until the deadline', async () => {
    const session = await openSession(pbx);
    await pbx.close();
    const until = Date.now() + 600;
    for await (const _ of events(session, { wanted: () => false, until })) expect.unreachable();
    expect(Date.now()).toBeGreaterThanOrEqual(until);
    await session.logoff();
  });
});
