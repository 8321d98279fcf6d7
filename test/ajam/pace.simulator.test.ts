import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { events, type Packet } from '../../lib/ajam/index.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import type { Simulator } from '../../local/simulator/index.ts';
import { amongOthers, asked, openSession, originate, simulate } from '../support/ajam/simulated.ts';

/** Long enough for the first of two to end a wait of its own, and well within the pace. */
const ALONE_MS = 10;

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
    // Besides: the first, the one soon behind it, and the one at the deadline.
    expect(asked(pbx, 'WaitEvent')).toBeLessThanOrEqual(perSecond + 3);
    await session.logoff();
  });

  it('come at once behind one that ends the first wait, such as of our own login', async () => {
    const others = await openSession(pbx);
    const latencyOf = async (ours: string): Promise<number> => {
      const session = await openSession(pbx);
      const ordering = (async () => {
        await others.send(originate(newCallbackId(), 'PJSIP/nobody'));
        await sleep(ALONE_MS);
        await others.send(originate(ours, 'PJSIP/nobody'));
        return performance.now();
      })();
      const wanted = ({ headers }: Packet): boolean => headers.some(([, value]) => value === ours);
      for await (const _ of events(session, { wanted, until: Date.now() + 5000 })) break;
      const came = performance.now();
      await session.logoff();
      return came - (await ordering);
    };
    const latencies: number[] = [];
    for (let round = 0; round < 5; round++) latencies.push(await latencyOf(newCallbackId()));
    expect(latencies.toSorted((one, other) => one - other)[2]).toBeLessThan(100);
    await others.logoff();
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
