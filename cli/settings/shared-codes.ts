import type { Settings } from '../../lib/settings/settings.ts';
import type { SettingsWarning } from './settings-warning.ts';

interface Shared {
  /** The countries that share the code. */
  by: string;
  /** How to exclude the other countries. */
  deny: string;
}

/**
 * Calling codes of several countries with very different prices. Codes that a country shares with its own territories,
 * such as +44 with Jersey, or with small neighbours, such as +39 with the Vatican, are left out.
 */
export const SHARED_CODES: ReadonlyMap<string, Shared> = new Map([
  [
    '+1',
    {
      by: 'the code of the United States, Canada and about twenty Caribbean countries',
      deny: 'add "deny" for countries that must not be called, such as "+1876" (Jamaica) and "+1809" (Dominican Republic). docs/security.md has the complete list',
    },
  ],
  [
    '+7',
    {
      by: 'the code of Russia and Kazakhstan',
      deny: 'add "deny": ["+76", "+77"] if Kazakhstan must not be called',
    },
  ],
]);

/** Warns about routes that allow a whole shared code. A longer prefix in `allow` or `deny` shows that this is intended. */
export function sharedCodes({ routes }: Pick<Settings, 'routes'>): SettingsWarning[] {
  return Object.entries(routes).flatMap(([name, { to }]) =>
    to.allow.flatMap((prefix) => {
      const shared = SHARED_CODES.get(prefix);
      const isDecided = [...to.allow, ...to.deny].some(
        (other) => other !== prefix && other.startsWith(prefix),
      );
      if (!shared || isDecided) return [];
      return {
        found: `routes/${name} allows ${prefix}, ${shared.by}`,
        cure: `write longer prefixes in "allow", or ${shared.deny}`,
      };
    }),
  );
}
