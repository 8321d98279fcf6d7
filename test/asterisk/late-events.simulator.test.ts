import { expect, it } from 'vitest';
import type { Callback } from '../../lib/calls/callback.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { amongOthers } from '../support/ajam/simulated.ts';
import { twoPbxes } from '../support/calls/two-pbxes.ts';

const BUSY = { agent: '3201', wait: 'completed', waitSeconds: 10 };
const fate = ({ status, legs }: Callback) => [status, legs.first.status, legs.second.status];

it.for([50, 150])(
  'a busy phone is reported as busy when its events come %i ms after the OriginateResponse',
  async (lag) => {
    await using desk = await twoPbxes({ channelEventsLagMs: lag, timeScale: 0.1 });
    expect(fate(await desk.call(BUSY))).toEqual(['busy', 'busy', 'canceled']);
  },
);

it('a busy phone is reported as busy when its events come a second late on a PBX with other calls', async () => {
  await using desk = await twoPbxes({ channelEventsLagMs: 1000, timeScale: 0.1 });
  const told = await amongOthers(desk.main, () =>
    Promise.all(Array.from({ length: 5 }, () => desk.call(BUSY))),
  );
  expect(new Set(told.map((callback) => fate(callback).join()))).toEqual(new Set(['busy,busy,canceled']));
});

it.for([300, 700, 1000])(
  'a request with a key reports a busy phone, and no repeat, when its events come %i ms late',
  async (lag) => {
    await using desk = await twoPbxes({ channelEventsLagMs: lag, timeScale: 0.1 });
    const { callback, replayed: repeated } = await amongOthers(desk.main, () =>
      desk.keyed(newCallbackId(), BUSY),
    );
    expect({ fate: fate(callback), repeated }).toEqual({
      fate: ['busy', 'busy', 'canceled'],
      repeated: false,
    });
  },
);

it.each([1, 2])(
  'a busy phone is never reported as failed when WaitEvent %i is answered too late',
  async (skip) => {
    await using desk = await twoPbxes({ channelEventsLagMs: 100, timeScale: 0.1 });
    desk.main.faults.add({ when: 'WaitEvent', skip, fault: { kind: 'slow', ms: 900 } });
    const { status, legs } = await desk.call(BUSY);
    expect(['busy', 'unknown']).toContain(status);
    expect(legs.first.status).not.toBe('failed');
  },
);
