import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
} from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { CallbackError } from '../../lib/problems/callback-error.ts';
import { matchesWhole } from '../../lib/rules/pattern.ts';
import { applyRules, type Plan } from '../../lib/rules/plan-call.ts';
import type { RouteSettings } from '../../lib/settings/settings.ts';

/** The number and agent that the user gave, instead of those that the doctor makes up. */
export interface GivenParties {
  to?: string | undefined;
  agent?: string | undefined;
}

/** A call that the rules of the route allow, or why they refuse it. */
export type SampleCall = AllowedSample | RefusedSample;

export interface AllowedSample {
  plan: Plan;
  /** The patterns that an extension was made up for: it may not exist. */
  madeUpFor: { agent: string | undefined; to: string | undefined };
}

export interface RefusedSample {
  /** What was tried, in words. */
  wanted: string;
  refused: CallbackError;
}

/** Returns one call for each prefix that the route allows, and an internal one. The dialplan may treat them differently. */
export function sampleCalls(name: string, route: RouteSettings, given: GivenParties): SampleCall[] {
  // The doctor may run outside of office hours.
  const { hours: _, ...open } = route;
  const agent = route.agent ?? given.agent ?? firstMatch(route.agents);
  const agents = route.agent === undefined && given.agent === undefined ? route.agents : undefined;
  const attempt = (wanted: string, numbers: readonly string[], extensions?: string): SampleCall => {
    let refused = new CallbackError('number-invalid', 'the doctor could not make up a number');
    for (const to of numbers) {
      try {
        const plan = applyRules({ to, ...(route.agent === undefined && { agent }) }, open, name, new Date());
        return { plan, madeUpFor: { agent: agents, to: extensions } };
      } catch (error) {
        if (!(error instanceof CallbackError)) throw error;
        // A refusal of a valid number says more than that a made-up number is not valid.
        if (error.code !== 'number-invalid' || given.to !== undefined) refused = error;
      }
    }
    return { wanted, refused };
  };
  if (given.to !== undefined) return [attempt(given.to, [given.to])];
  const { allow, extensions, country } = route.to;
  return [
    ...allow.map((prefix) => attempt(`a number that begins with ${prefix}`, numbersWith(prefix, country))),
    ...(extensions === undefined
      ? []
      : [attempt(`an extension of ${extensions}`, [firstMatch(extensions) ?? ''], extensions)]),
  ];
}

/** Endings that make a valid number in some country. */
const ENDINGS = ['1234567890', '2345678901', '5551234567', '2012345678', '0000000000', '9876543210'];

/** Returns numbers that begin with a prefix, most of them invalid: example numbers first, then made-up ones of their length. */
function numbersWith(prefix: string, country: string | undefined): string[] {
  const fitting = getCountries()
    .filter((code) => touches(prefix, `+${getCountryCallingCode(code)}`))
    .sort((a, b) => Number(b === country) - Number(a === country));
  const known = fitting.flatMap((code: CountryCode) => getExampleNumber(code, examples)?.number ?? []);
  // Codes that belong to no country, such as +800, have no example.
  const usual = known.length > 0 ? known.map(({ length }) => length) : [11, 12, 13];
  const lengths = new Set(usual.flatMap((length) => [length, length - 1, length + 1]));
  const made = [...lengths].flatMap((length) =>
    [...known.map((number) => number.slice(prefix.length)), ...ENDINGS].map(
      (ending) => prefix + ending.padEnd(15, '1').slice(0, Math.max(0, length - prefix.length)),
    ),
  );
  return [...known.filter((number) => number.startsWith(prefix)), ...made];
}

const touches = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

/** Yields the numbers of two to five digits that match a pattern of extensions, the lowest first. */
function* matches(pattern: string): Generator<string, void, void> {
  for (let number = 10; number < 100_000; number++)
    if (matchesWhole(pattern, String(number))) yield String(number);
}

const firstMatch = (pattern: string): string | undefined => matches(pattern).next().value ?? undefined;

/** Returns whether a pattern matches so many extensions that the lowest one probably does not exist. */
export function isWide(pattern: string): boolean {
  let count = 0;
  for (const _ of matches(pattern)) if (++count > 100) return true;
  return false;
}
