import fc from 'fast-check';
import { it } from 'vitest';
import { checkSchedule, type Schedule, schedules } from '../support/queue/schedules.ts';

const runs = Number(process.env['LINE_SCHEDULES'] ?? 60);
const seed = process.env['LINE_SEED'];

/** The runner freezes while it renews its lease, and goes on after the next runner has taken the line. */
const frozenWhileRenewing: Schedule = {
  capacity: 1,
  callbacks: [
    [148, 148, 1, 1_548, 6_335],
    [190, 0, 0, 15_834, 9_384],
    [296, 0, 0, 100, 100],
    [115, 175, 0, 8_331, 116_232],
    [0, 0, 0, 100, 100],
  ].map(([accepted = 0, due = 0, agent = 0, ringMs = 0, talkMs = 0]) => ({
    ...{ accepted, due, priority: 1, agent, pool: false },
    plan: { agent: 'answers', customer: 'answers', ringMs, talkMs },
  })),
  events: [{ at: 368_088, what: 'freeze', size: 75_191 }],
  ...{ latency: 175, lag: 856, skew: 0 },
};

it('A line keeps its promises in any schedule of deaths, freezes, outages, pauses and cancellations', async () => {
  // A failing run prints its seed; LINE_SEED replays it.
  const examples: [Schedule][] = [[frozenWhileRenewing]];
  const options = { numRuns: runs, examples, ...(seed !== undefined && { seed: Number(seed) }) };
  await fc.assert(fc.asyncProperty(schedules, checkSchedule), options);
}, 600_000);
