import { CallbackError } from '../problems/callback-error.ts';
import type { RouteSettings } from '../settings/settings.ts';
import { nameOfCharacter, printable } from '../shared/printable.ts';
import { matchesWhole } from './pattern.ts';

const MAX_VARIABLES = 64;
const MAX_VALUE_LENGTH = 1024;
/** A name with brackets would write a dialplan function, also if the route lists it. */
const NAME = /^_{0,2}[A-Za-z][A-Za-z0-9_]*$/;

/**
 * Characters that have no meaning in the arguments of a dialplan application. A comma in a value that the dialplan hands
 * to Dial would start the next argument, and `&` another channel.
 */
const HARMLESS = /^[\p{L}\p{M}\p{Nd}\p{Zs}._\-:@/+#]$/u;

type Route = Pick<RouteSettings, 'variables' | 'set'>;

/**
 * Returns the channel variables of a request, which the route must list, and those that the route sets itself.
 *
 * @throws CallbackError variable-not-allowed, variable-invalid, route-invalid.
 */
export function variablesFor(
  asked: Readonly<Record<string, string>> | undefined,
  { variables: listed, set = {} }: Route,
): Record<string, string> {
  const entries = Object.entries(asked ?? {});
  if (entries.length > MAX_VARIABLES)
    throw new CallbackError('variable-invalid', `Send at most ${MAX_VARIABLES} variables`, {
      field: 'variables',
    });
  const own = new Set(Object.keys(set).map(baseName));
  for (const [name, value] of entries) {
    if (!NAME.test(name) || !isListed(name, listed) || own.has(baseName(name)))
      throw new CallbackError(
        'variable-not-allowed',
        'A request may set only the channel variables that "variables" of the route lists',
        { field: `variables.${printable(name)}` },
      );
    checkValue(name, value, Array.isArray(listed) ? undefined : listed[name]);
  }
  return Object.fromEntries([...entries, ...Object.entries(set)]);
}

/** In Asterisk `_NAME` and `__NAME` are the same variable as `NAME`. The underscores say which channels inherit it. */
const baseName = (name: string): string => name.replace(/^_{1,2}/, '');

const isListed = (name: string, listed: Route['variables']): boolean =>
  Array.isArray(listed) ? listed.includes(name) : Object.hasOwn(listed, name);

function checkValue(name: string, value: string, pattern: string | undefined): void {
  const refuse = (message: string, hint?: string): never => {
    throw new CallbackError('variable-invalid', message, { field: `variables.${name}`, hint });
  };
  if (value.length > MAX_VALUE_LENGTH || /\p{Cc}/u.test(value) || !value.isWellFormed())
    refuse(`The value of a variable has at most ${MAX_VALUE_LENGTH} characters and no control characters`);
  if (pattern !== undefined) {
    if (!matchesWhole(pattern, value))
      refuse(
        `The value of ${name} does not match the pattern of this route: send one that does`,
        `The pattern of ${name} in "variables" of the route is ${pattern}`,
      );
    return;
  }
  const odd = [...value].find((character) => !HARMLESS.test(character));
  if (odd !== undefined)
    refuse(
      `The value of ${name} holds ${nameOfCharacter(odd)}: send letters, digits, blanks and . _ - : @ / + # only, or let the owner of the route give a pattern for ${name}`,
      `To accept other characters, write "variables": {"${name}": "^…$"} in the route; read docs/settings.md first, a comma is dangerous in a dialplan`,
    );
}
