import { CallbackError } from '../problems/callback-error.ts';
import type { RouteSettings } from '../settings/settings.ts';

/** Context and priority of a classic `callback.php?p=1&c=OUT_EXT2` URL. */
export interface ClassicTarget {
  c?: string | undefined;
  p?: string | undefined;
}

/**
 * Checks the `c` and `p` of an old URL. They have no other effect: the route decides where a call goes.
 *
 * @throws CallbackError classic-not-allowed.
 */
export function checkClassic(target: ClassicTarget, accepted: RouteSettings['classic']): void {
  for (const name of ['c', 'p'] as const) {
    const value = target[name];
    if (value !== undefined && !accepted?.[name].includes(value)) {
      throw new CallbackError(
        'classic-not-allowed',
        `The route does not list this value of "${name}". Leave "${name}" out`,
        { field: name, hint: `To accept the value, add the value to "${name}" in "classic" of the route` },
      );
    }
  }
}
