import { expect, it } from 'vitest';
import { describeOnAsterisk } from '../support/asterisk/index.ts';
import { faultCases } from '../support/fault-matrix/cases.ts';
import { brokenOf, countAnswers, runMatrix } from '../support/fault-matrix/run-matrix.ts';

/** On each version. `npm run test:long` runs many more. */
const CASES = Number(process.env['CASES'] ?? 100);

describeOnAsterisk('a callback through a faulty network', (pbx) => {
  it('has at most one channel and is never reported untruly', async () => {
    const verdicts = await runMatrix(faultCases(CASES, 1), pbx);
    expect(brokenOf(verdicts)).toEqual([]);
    console.log(countAnswers(verdicts));
    expect(verdicts.filter(({ struck }) => struck > 0).length).toBeGreaterThan(CASES / 2);
  }, 900_000);
});
