import { examine } from './examine.ts';
import type { Finding } from './finding.ts';
import { type From, loadSettings } from './load.ts';
import type { Given } from './sample.ts';

/** All that can be found out, as it is found: first of the settings, then of what they name. */
export async function* consult(from: From, given: Given = {}): AsyncGenerator<Finding, void, void> {
  const { settings, findings } = await loadSettings(from);
  yield* findings;
  if (settings) yield* examine(settings, given);
}

export const isWell = (findings: readonly Finding[]): boolean =>
  findings.every(({ mark }) => mark !== 'FAIL');
