import { it } from 'vitest';
import { checkSchedules } from '../support/queue/check-schedules.ts';

const MINUTE_MS = 60_000;

it('A line keeps its promises in any schedule of deaths, freezes, outages, pauses and cancellations', async () => {
  await checkSchedules(MINUTE_MS);
}, 600_000);
