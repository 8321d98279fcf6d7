import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AjamSession, events, header, type Packet } from '../../lib/ajam/index.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import type { Simulator } from '../../local/simulator/index.ts';
import { amongOthers, asked, openSession, originate, simulate, USER } from '../support/ajam/simulated.ts';
import { packets, reply, startHostilePbx, waitEventBody, write } from '../support/hostile-pbx/server.ts';

/** The time between two WaitEvents that bring nothing wanted. */
const PACE_MS = 250;
/** Long enough for the first of two events to end a WaitEvent of its own, and well within the pace. */
const ALONE_MS = 10;

let pbx: Simulator;
beforeEach(async () => {
  pbx = await simulate();
});
afterEach(() => pbx.close());

describe('Events on a PBX where others call', () => {
  it.each([
    ['four times a second', undefined, 4],
    ['at the requested pace', 100, 10],
  ])('are requested %s', async (_often, paceMs, perSecond) => {
    const session = await openSession(pbx);
    await amongOthers(pbx, async () => {
      const until = Date.now() + 1000;
      for await (const _ of events(session, { wanted: () => false, until, paceMs })) expect.unreachable();
    });
    expect(pbx.calls.length).toBeGreaterThan(1);
    expect(asked(pbx, 'WaitEvent')).toBeGreaterThan(1);
    // Three more: the first, the one soon after it, and the one at the deadline.
    expect(asked(pbx, 'WaitEvent')).toBeLessThanOrEqual(perSecond + 3);
    await session.logoff();
  });

  it('arrive at once after an event that ends the first wait, such as the one of our own login', async () => {
    const others = await openSession(pbx);
    const latencyOf = async (ours: string): Promise<number> => {
      const session = await openSession(pbx);
      const sending = (async () => {
        await others.send(originate(newCallbackId(), 'PJSIP/nobody'));
        await sleep(ALONE_MS);
        await others.send(originate(ours, 'PJSIP/nobody'));
        return performance.now();
      })();
      const wanted = ({ headers }: Packet): boolean => headers.some(([, value]) => value === ours);
      for await (const _ of events(session, { wanted, until: Date.now() + 5000 })) break;
      const came = performance.now();
      await session.logoff();
      return came - (await sending);
    };
    const latencies: number[] = [];
    for (let round = 0; round < 5; round++) latencies.push(await latencyOf(newCallbackId()));
    // At the usual pace not even the fastest would be so fast.
    expect(Math.min(...latencies)).toBeLessThan(PACE_MS / 2);
    await others.logoff();
  });

  it('end at once when they are no longer waited for, although the next request is far away', async () => {
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

describe('Events end without an error', () => {
  it('when they are no longer waited for', async () => {
    const session = await openSession(pbx);
    const started = performance.now();
    const signal = AbortSignal.timeout(100);
    for await (const _ of events(session, { wanted: () => false, until: Date.now() + 15_000, signal }))
      expect.unreachable();
    expect(performance.now() - started).toBeLessThan(5000);
    await session.logoff();
  });

  it('after one more question when the last reply came late, because it may be out of date', async () => {
    const event = (uniqueid: string): string => packets(['Event: Newstate', `Uniqueid: ${uniqueid}`]);
    let asked = 0;
    await using late = await startHostilePbx({
      WaitEvent: async (socket, action) => {
        asked += 1;
        const text = waitEventBody(action, event(String(asked)));
        // Made in time, and delayed on its way until after the deadline.
        if (asked === 1) await sleep(1400);
        await write(socket, reply(text));
      },
    });
    const session = await AjamSession.open({ url: late.url, ...USER, auth: 'plain' });
    const seen: (string | undefined)[] = [];
    const wanted = (each: Packet): boolean => seen.push(header(each, 'Uniqueid')) > 0;
    for await (const _ of events(session, { wanted, until: Date.now() + 1200 }));
    expect(seen).toEqual(['1', '2']);
    await session.logoff();
  });

  it('when the PBX is unreachable until the deadline', async () => {
    const session = await openSession(pbx);
    await pbx.close();
    const until = Date.now() + 600;
    for await (const _ of events(session, { wanted: () => false, until })) expect.unreachable();
    expect(Date.now()).toBeGreaterThanOrEqual(until);
    await session.logoff();
  });
});
