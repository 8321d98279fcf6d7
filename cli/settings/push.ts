import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { webhookMistakes } from '../../lib/webhooks/webhook.ts';
import type { Change } from './compare.ts';
import type { Parameters } from './parameter.ts';
import type { Store } from './store.ts';

/** The changes that will be made: without leave to delete, nothing is deleted, for a moment even. */
export const toBeDone = (changes: readonly Change[], mayDelete: boolean): Change[] =>
  changes.filter(({ kind }) => mayDelete || kind === 'add' || kind === 'change');

/**
 * What will lie in Parameter Store has to make sense as a whole: what stays there may name what is not there any more.
 *
 * @throws SettingsError with every problem.
 */
export function checkResult(path: string, wanted: Parameters, stored: Parameters, mayDelete: boolean): void {
  const together = mayDelete ? wanted : { ...stored, ...wanted };
  parseSettings(Object.fromEntries(Object.entries(together).map(([name, { value }]) => [name, value])), {
    path,
    onAws: true,
    webhookMistakes,
  });
}

/**
 * Writes first, and deletes last, so that nothing is missing in between that something else names. Parameter Store lets
 * nobody change a type: such a one is deleted and written at once.
 */
export async function carryOut(
  store: Store,
  changes: readonly Change[],
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
