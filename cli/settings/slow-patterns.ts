import { flagsOf, isCheap } from '../../lib/rules/pattern.ts';
import type { RouteSettings, Settings } from '../../lib/settings/settings.ts';

/** The most steps that a match may take. V8 makes about a hundred million steps in a second. */
const MAX_STEPS = 10_000_000;
/** The time for one pattern. The check of a pattern with lookaheads takes longest. */
const CHECK_TIMEOUT_MS = 5_000;

interface Pattern {
  /** Such as `routes/sales "agents"`. */
  place: string;
  source: string;
  /** The most characters that a value has. */
  maxLength: number;
}

/**
 * Returns a sentence for each pattern of the routes whose time grows out of proportion with the length of a value
 * (`([0-9]+)*`). Functions stop such a match after 250 ms, and refuse the request.
 */
export async function slowPatterns({ routes }: Pick<Settings, 'routes'>): Promise<string[]> {
  const patterns = Object.entries(routes).flatMap(([name, route]) => patternsOf(name, route));
  if (patterns.length === 0) return [];
  // Loading the checker takes a fifth of a second.
  const { checkSync } = await import('recheck');
  return patterns.flatMap(({ place, source, maxLength }) => {
    const found = checkSync(`^(?:${source})$`, flagsOf(source), { timeout: CHECK_TIMEOUT_MS });
    if (found.status !== 'vulnerable') return [];
    const { complexity } = found;
    if (complexity.type === 'polynomial' && maxLength ** complexity.degree <= MAX_STEPS) return [];
    return [
      `${place} has the pattern ${source}, which can take seconds for one value (${complexity.summary}). Write the pattern without two repetitions of the same characters, as in ([0-9]+)* or [0-9]*[0-9]*`,
    ];
  });
}

function patternsOf(name: string, { agents, callerIds, to, variables }: RouteSettings): Pattern[] {
  const listed = Array.isArray(variables) ? {} : variables;
  return [
    { field: '"agents"', source: agents, maxLength: 32 },
    ...callerIds.map((source, index) => ({ field: `"callerIds[${index}]"`, source, maxLength: 25 })),
    ...(to.extensions === undefined
      ? []
      : [{ field: '"to.extensions"', source: to.extensions, maxLength: 8 }]),
    ...Object.entries(listed).map(([variable, source]) => ({
      field: `"variables.${variable}"`,
      source,
      maxLength: 1024,
    })),
  ]
    .filter(({ source, maxLength }) => !isCheap(source, maxLength))
    .map(({ field, ...pattern }) => ({ place: `routes/${name} ${field}`, ...pattern }));
}
