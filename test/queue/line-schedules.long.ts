import { it } from 'vitest';
import { checkSchedules } from '../support/queue/check-schedules.ts';

const MINUTES = Number(process.env['LINE_MINUTES'] ?? 60);

it('A line keeps its promises for an hour of random schedules', async () => {
  await checkSchedules(MINUTES * 60_000);
}, 7_200_000);
