import { CallbackError } from '../problems/callback-error.ts';
import type { Scope } from '../settings/key-settings.ts';
import type { KeySettings } from '../settings/settings.ts';

/** A key without `routes` may use all of them. lib/calls/visible-callbacks.ts hides the callbacks of other routes. */
export const mayUseRoute = (key: KeySettings, route: string): boolean =>
  key.routes === undefined || key.routes.includes(route);

/** @throws CallbackError scope-missing. */
export function checkScope({ scopes }: KeySettings, scope: Scope): void {
  if (scopes.includes(scope)) return;
  throw new CallbackError('scope-missing', `The key lacks the scope "${scope}". See "scopes" of the key`);
}
