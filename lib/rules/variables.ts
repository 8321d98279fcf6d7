import { CallbackError } from '../calls/callback-error.ts';
import { printable } from '../shared/printable.ts';

const MAX_VARIABLES = 64;
const MAX_VALUE_LENGTH = 1024;
/** A name with brackets would write a dialplan function, whoever listed it. */
const NAME = /^_{0,2}[A-Za-z][A-Za-z0-9_]*$/;

/**
 * The channel variables of a request, all of them listed by the route.
 *
 * @throws CallbackError variable-not-allowed, variable-invalid.
 */
export function variablesFor(
  asked: Readonly<Record<string, string>> | undefined,
  listed: readonly string[],
): Record<string, string> {
  const entries = Object.entries(asked ?? {});
  if (entries.length > MAX_VARIABLES) {
    throw new CallbackError('variable-invalid', `Send at most ${MAX_VARIABLES} variables`, {
      field: 'variables',
    });
  }
  for (const [name, value] of entries) {
    if (!NAME.test(name) || !listed.includes(name)) {
      throw new CallbackError(
        'variable-not-allowed',
        'A channel variable is set only if the "variables" of the route list its name',
        { field: `variables.${printable(name)}` },
      );
    }
    if (value.length > MAX_VALUE_LENGTH || /\p{Cc}/u.test(value) || !value.isWellFormed()) {
      throw new CallbackError(
        'variable-invalid',
        `The value of a variable has at most ${MAX_VALUE_LENGTH} characters and no control characters`,
        { field: `variables.${name}` },
      );
    }
  }
  return Object.fromEntries(entries);
}
