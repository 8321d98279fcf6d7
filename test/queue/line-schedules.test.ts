import fc from 'fast-check';
import { it } from 'vitest';
import { checkSchedule, schedules } from '../support/queue/schedules.ts';

const runs = Number(process.env['LINE_SCHEDULES'] ?? 60);
const seed = process.env['LINE_SEED'];

it('A line keeps its promises in any schedule of deaths, freezes, outages, pauses and cancellations', async () => {
  // A failing run prints its seed; LINE_SEED replays it.
  const options = { numRuns: runs, ...(seed !== undefined && { seed: Number(seed) }) };
  await fc.assert(fc.asyncProperty(schedules, checkSchedule), options);
}, 600_000);
