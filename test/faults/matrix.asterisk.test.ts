import { expect, it } from 'vitest';
import { describeOnAsterisk } from '../support/asterisk/index.ts';
import { faultCases } from '../support/fault-matrix/cases.ts';
import { brokenOf, runMatrix } from '../support/fault-matrix/run-matrix.ts';

/** On each version. `npm run test:long` runs many more. */
const CASES = 100;

describeOnAsterisk('a callback over a faulty network', (pbx, others) => {
  it('has one channel at most, and is never reported untruly', { timeout: 300_000 }, async () => {
    const verdicts = await runMatrix(faultCases(CASES, 1), pbx, ...others);
    expect(brokenOf(verdicts)).toEqual([]);
    // Not every call has the exchange that a fault is for.
    expect(verdicts.filter(({ struck }) => struck > 0).length).toBeGreaterThan(CASES / 2);
  });
});
