import { ProblemError } from '../http/problem.ts';
import { NOT_LISTED, noCall, type Reading, type WantedCall } from './source.ts';

/**
 * The one call that a list of events means. Those without a number count only if all are: `map` may know it.
 *
 * @throws ProblemError request-invalid when they mean several: who would be rung first, and who answers for the rest?
 */
export function oneOf(calls: readonly WantedCall[]): Reading {
  const numbered = calls.filter(({ fields }) => fields['to'] !== undefined);
  const [first = calls[0], ...others] = numbered;
  if (!first) return noCall(NOT_LISTED);
  if (others.some(({ fields, user }) => fields['to'] !== first.fields['to'] || user !== first.user)) {
    throw new ProblemError(
      'request-invalid',
      'One delivery holds events for several calls: let the sender deliver them one by one',
    );
  }
  // Whatever order they are delivered in again.
  const [key] = numbered.flatMap((each) => each.key ?? []).toSorted();
  return { ...first, ...(key !== undefined && { key }) };
}
