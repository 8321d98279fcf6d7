import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnAsterisk } from '../support/asterisk/index.ts';
import { Crashes } from '../support/calls/crashes.ts';

const POINTS = Number(process.env['CRASH_POINTS'] ?? 200);

describeOnAsterisk('a process that dies while it places a callback', (pbx) => {
  let crashes: Crashes;
  let steps: number;
  beforeAll(async () => {
    crashes = await Crashes.on(pbx);
    steps = await crashes.stepsOfOneCallback();
    expect(steps).toBeGreaterThan(100);
  });
  afterAll(() => crashes[Symbol.asyncDispose]());

  it.each(Array.from({ length: POINTS }, (_, index) => (index + 1) / (POINTS + 1)))(
    'rings nobody twice when it dies after %f of its work, and the repeat learns what became of the call',
    async (share) => {
      await crashes.check(Math.ceil(steps * share));
    },
    120_000,
  );
});
