import { expect, it } from 'vitest';
import { raceOften, startCancelRace } from '../support/queue/cancel-race.ts';

it('DELETE in the race with the runner finds a thousand times that nothing rang, or hangs up, and says which', async () => {
  await using race = await startCancelRace();
  const results = await raceOften(race, 1_000);
  expect(results['never rang']).toBeGreaterThan(20);
  expect(results['rang and was hung up']).toBeGreaterThan(20);
}, 300_000);
