import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Callback } from '../../lib/callback/callback.ts';
import { twoPbxes } from './two-pbxes.ts';

const BUSY = { agent: '3201', wait: 'completed', waitSeconds: 10 };
const fate = ({ status, legs }: Callback) => [status, legs.first.status, legs.second.status];

it.for([50, 150])('a busy phone whose events come %i ms after the response was busy', async (lag) => {
  await using desk = await twoPbxes({ channelEventsLagMs: lag, timeScale: 0.1 });
  expect(fate(await desk.call(BUSY))).toEqual(['busy', 'busy', 'canceled']);
});

it('on a PBX under load the events of a call may come far behind its response', async () => {
  await using desk = await twoPbxes({ channelEventsLagMs: 1000, timeScale: 0.1 });
  const calls: Promise<Callback>[] = [];
  for (let index = 0; index < 20; index++) {
    calls.push(desk.call(BUSY));
    await sleep(60);
  }
  const told = await Promise.all(calls);
  expect(new Set(told.map((callback) => fate(callback).join()))).toEqual(new Set(['busy,busy,canceled']));
});
