import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { webhookMistakes } from '../../lib/webhooks/webhook.ts';
import { compare, type ParameterChange } from './compare.ts';
import type { Parameters } from './parameter.ts';
import type { ParameterStore } from './parameter-store.ts';

/** Returns the changes to make. Without `mayDelete` nothing is deleted, not even for a moment. */
export const toBeDone = (changes: readonly ParameterChange[], mayDelete: boolean): ParameterChange[] =>
  changes.filter(({ kind }) => mayDelete || kind === 'add' || kind === 'change');

/** Returns the settings after the push. Without `mayDelete`, what the file does not have stays. */
export const resultOf = (wanted: Parameters, stored: Parameters, mayDelete: boolean): Parameters =>
  mayDelete ? wanted : { ...stored, ...wanted };

/**
 * Returns the writes that make Parameter Store hold this layout. A parameter that is not in it is in a part now, or in
 * none, so it is removed. One whose type changes is deleted for a moment, which needs `mayDelete`.
 */
export const writesFor = (layout: Parameters, stored: Parameters, mayDelete: boolean): ParameterChange[] =>
  compare(layout, stored).filter(({ kind }) => mayDelete || kind !== 'retype');

/**
 * Checks the parameters that will be in Parameter Store as a whole: one that stays may name one that is gone.
 *
 * @throws SettingsError with every problem.
 */
export function checkResult(path: string, result: Parameters): void {
  parseSettings(Object.fromEntries(Object.entries(result).map(([name, { value }]) => [name, value])), {
    path,
    onAws: true,
    webhookMistakes,
  });
}

/**
 * Writes first and deletes last, so that no parameter is missing in between that another one names. Parameter Store does
 * not change the type of a parameter: that one is deleted, then written at once.
 */
export async function carryOut(
  store: ParameterStore,
  changes: readonly ParameterChange[],
  tell: (done: string) => void,
): Promise<void> {
  for (const change of changes) {
    const { name } = change;
    if (change.kind === 'remove') continue;
    if (change.kind === 'retype') await store.delete(name);
    await store.write(name, change.wanted, change.kind === 'change');
    tell(`${name} written (${change.wanted.type})`);
  }
  for (const { kind, name } of changes) {
    if (kind !== 'remove') continue;
    await store.delete(name);
    tell(`${name} deleted`);
  }
}
