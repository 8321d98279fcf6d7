import { NOT_LISTED, noCall, type Reading, type WantedCall } from './source.ts';

/** The one call that a list of events means. Those without a number count only if all are: `map` may know it. */
export function oneOf(calls: readonly WantedCall[]): Reading {
  const numbered = calls.filter(({ fields }) => fields['to'] !== undefined);
  const [first = calls[0], ...others] = numbered;
  if (!first) return noCall(NOT_LISTED);
  const isOther = ({ fields, user }: WantedCall) =>
    fields['to'] !== first.fields['to'] || user !== first.user;
  // Whatever order they are delivered in again.
  const [key] = numbered.flatMap((each) => each.key ?? []).toSorted();
  return { ...first, several: others.some(isOther), ...(key !== undefined && { key }) };
}
