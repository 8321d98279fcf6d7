import { expect, it } from 'vitest';
import { raceOften, startCancelRace } from '../support/queue/cancel-race.ts';

it('DELETE in the race with the runner finds that nothing rang, or hangs up, and its answer says which', async () => {
  await using race = await startCancelRace();
  const results = await raceOften(race, 150);
  expect(results['never rang']).toBeGreaterThan(0);
  expect(results['rang and was hung up']).toBeGreaterThan(0);
}, 120_000);
