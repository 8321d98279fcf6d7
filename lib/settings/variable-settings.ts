import type * as z from 'zod/mini';
import { list, listOr, must, named, type Refuse, textThat, wholePattern } from './schema-parts.ts';

const isVariable = (name: string): boolean =>
  /^(?!_{0,2}CALLBACK_|__proto__$)_{0,2}[A-Za-z][A-Za-z0-9_]*$/.test(name);
const VARIABLE_WORDS =
  'the name of a channel variable, such as "CRM_ID"; names that begin with CALLBACK_ are reserved';

/** Names of variables that a request may set, alone or each with a pattern of its values. */
export const variables = listOr(
  list(textThat(isVariable, VARIABLE_WORDS), 'names, or an object such as {"DIAL_SECONDS": "^[0-9]{1,3}$"}'),
  named(
    isVariable,
    VARIABLE_WORDS,
    wholePattern('a pattern such as "^[0-9]{1,3}$"'),
    'a list of names such as ["CRM_ID"], or an object such as {"DIAL_SECONDS": "^[0-9]{1,3}$"}',
  ),
);

/** Asterisk reads at most 128 headers of an action. A request may add 64 variables. */
const MAX_SET = 32;

/** Variables that every call of the route gets. */
export const set = named(
  isVariable,
  VARIABLE_WORDS,
  textThat((value) => value.length <= 1024 && value.isWellFormed(), 'a value of at most 1024 characters'),
  'an object of names and values such as {"__TENANT": "acme"}',
).check(must((values) => Object.keys(values).length <= MAX_SET, `must hold at most ${MAX_SET} variables`));

/** In Asterisk `_NAME` and `__NAME` mean NAME, so a request could override a variable of the route. */
export function checkSet(
  { set: own = {}, variables: listed }: { set?: z.output<typeof set>; variables: z.output<typeof variables> },
  refuse: Refuse,
): void {
  const baseName = (name: string): string => name.replace(/^_+/, '');
  const names = Object.keys(own).map(baseName);
  const requested = Array.isArray(listed) ? listed : Object.keys(listed);
  const both = requested.find((name) => names.includes(baseName(name)));
  if (both !== undefined) refuse(`must not set ${both}, which "variables" lets requests set`, 'set');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`must set ${twice} once, with or without underscores`, 'set');
}
