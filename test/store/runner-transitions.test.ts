import { expect, it } from 'vitest';
import { adoptAttempt } from '../../lib/store/runner-transitions.ts';
import { claim } from '../../lib/store/transitions.ts';
import { claimBy, newRecord } from '../support/store/records.ts';

it('An attempt is adopted by the runner of a later epoch, and not by one of an earlier epoch', () => {
  const claimed = claim({ ...newRecord(), attempts: [], revision: 1 }, { ...claimBy('second'), epoch: 2 });
  if (!('record' in claimed)) throw new Error('the claim was refused');
  const { record } = claimed;
  expect(adoptAttempt(1, { owner: 'first', epoch: 1 })(record)).toBeUndefined();
  expect(adoptAttempt(1, { owner: 'third', epoch: 3 })(record)?.attempts).toMatchObject([
    { owner: 'third', epoch: 3 },
  ]);
  expect(adoptAttempt(2, { owner: 'third', epoch: 3 })(record)).toBeUndefined();
});
