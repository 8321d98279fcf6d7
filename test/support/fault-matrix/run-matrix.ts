import type { Pbx } from '../asterisk/index.ts';
import type { FaultCase } from './cases.ts';
import { openWorld, runCase, type Verdict } from './run-case.ts';

/** They mostly wait. */
const AT_ONCE = 20;
/** A watcher keeps all events: a new one after so many cases. */
const BATCH = 200;

/** Runs all cases on a PBX, several at once. Where a second PBX is given, the route tries it next. */
export async function runMatrix(cases: readonly FaultCase[], ...pbxes: Pbx[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let from = 0; from < cases.length; from += BATCH) {
    const waiting = cases.slice(from, from + BATCH);
    await using world = await openWorld(...pbxes);
    const work = async (): Promise<void> => {
      for (let one = waiting.shift(); one; one = waiting.shift()) verdicts.push(await runCase(one, world));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
  return verdicts;
}

/** How often each answer was given, for the report of a run. */
export function countAnswers(verdicts: readonly Verdict[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { answer } of verdicts) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

/** The cases in which something broken was seen, as text. */
export const brokenOf = (verdicts: readonly Verdict[]): string[] =>
  verdicts
    .filter(({ broken }) => broken.length > 0)
    .map(({ name, answer, broken }) => `${name} → ${answer}: ${broken.join('; ')}`);
