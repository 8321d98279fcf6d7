import fc from 'fast-check';
import { checkSchedule, type Schedule, schedules } from './schedules.ts';

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

/** For all that fit into the time. */
const MANY = 1_000_000;

/**
 * Checks random schedules for so many milliseconds, or as many as LINE_SCHEDULES says. A failing run prints its seed; LINE_SEED
 * replays it.
 */
export async function checkSchedules(ms: number): Promise<void> {
  const { LINE_SCHEDULES: runs, LINE_SEED: seed } = process.env;
  await fc.assert(fc.asyncProperty(schedules, checkSchedule), {
    examples: [[frozenWhileRenewing]],
    ...(runs === undefined ? { numRuns: MANY, interruptAfterTimeLimit: ms } : { numRuns: Number(runs) }),
    ...(seed !== undefined && { seed: Number(seed) }),
  });
}
