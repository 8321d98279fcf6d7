import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { webhookMistakes } from '../../lib/webhooks/webhook.ts';
import { compare, type ParameterChange } from './compare.ts';
import type { Parameters } from './parameter.ts';
import type { ParameterStore } from './parameter-store.ts';

/** Returns the changes to make. Without `mayDelete` nothing is deleted, not even for a moment. */
export const toBeDone = (changes: readonly ParameterChange[], mayDelete: boolean): ParameterChange[] =>
  changes.filter(({ kind }) => mayDelete || kind === 'add' || kind === 'change');

/** Returns the settings after the push. Without `mayDelete`, parameters that are not in the file stay. */
export const resultOf = (wanted: Parameters, stored: Parameters, mayDelete: boolean): Parameters =>
  mayDelete ? wanted : { ...stored, ...wanted };

/**
 * Returns the writes that bring Parameter Store to this layout. Removes separate parameters that are packed now. To change the
 * type of a parameter, it must be deleted first, which needs `mayDelete`.
 */
export const writesFor = (layout: Parameters, stored: Parameters, mayDelete: boolean): ParameterChange[] =>
  compare(layout, stored).filter(({ kind }) => mayDelete || kind !== 'retype');

/**
 * Checks all parameters that Parameter Store will have. A parameter that stays may refer to a deleted one.
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
 * Writes first and deletes last, so functions never read a reference to a missing parameter. Parameter Store cannot change the
 * type of a parameter, so such a parameter is deleted and written at once.
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
