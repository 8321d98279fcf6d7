import type { Settings } from '../../lib/settings/settings.ts';
import type { Doubt } from './doubt.ts';

interface Shared {
  by: string;
  /** What keeps the others out. */
  deny: string;
}

/**
 * Calling codes of several countries, at prices that are far apart. Those that a country shares with territories of its
 * own, such as +44 with Jersey or +39 with the Vatican, are left out: few would be surprised.
 */
export const SHARED_CODES: ReadonlyMap<string, Shared> = new Map([
  [
    '+1',
    {
      by: 'the United States and Canada share with some twenty countries of the Caribbean',
      deny: 'what is not to be called into "deny", such as "+1876" (Jamaica) and "+1809" (Dominican Republic); docs/security.md has them all',
    },
  ],
  [
    '+7',
    { by: 'Russia and Kazakhstan share', deny: '"deny": ["+76", "+77"], if Kazakhstan is not to be called' },
  ],
]);

/** Where a route allows such a code as a whole, and names nothing longer that would show that somebody thought of it. */
export function sharedCodes({ routes }: Pick<Settings, 'routes'>): Doubt[] {
  return Object.entries(routes).flatMap(([name, { to }]) =>
    to.allow.flatMap((prefix) => {
      const shared = SHARED_CODES.get(prefix);
      const isThoughtOf = [...to.allow, ...to.deny].some(
        (other) => other !== prefix && other.startsWith(prefix),
      );
      if (!shared || isThoughtOf) return [];
      return {
        found: `routes/${name} allows ${prefix}, which ${shared.by}`,
        cure: `write longer prefixes into "allow", or ${shared.deny}`,
      };
    }),
  );
}
