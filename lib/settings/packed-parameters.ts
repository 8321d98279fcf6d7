import { isObject } from '../shared/is-object.ts';
import { bareRecord } from './settings.ts';
import { SettingsError } from './settings-error.ts';

/**
 * `packed/<generation>-<part>-of-<parts>`. Each part holds a JSON object of many parameters, by their names without the path.
 * One request can read all parts, so a burst of cold starts stays below the limit of Parameter Store.
 */
const NAME = /^packed\/(\d{1,15})-(\d{1,3})-of-(\d{1,3})$/;

export const isPacked = (name: string): boolean => name.startsWith('packed/');

export const packedName = (generation: number, part: number, parts: number): string =>
  `packed/${generation}-${part}-of-${parts}`;

/** Returns the generation in the name of a part, or undefined. */
export function generationOf(name: string): number | undefined {
  const [, generation] = NAME.exec(name) ?? [];
  return generation === undefined ? undefined : Number(generation);
}

/**
 * Returns every parameter under its own name, from the newest complete generation. A separate parameter overrides the packed
 * parameter of its name.
 *
 * @throws SettingsError SETTINGS_INVALID for a part that holds no JSON object, and if no generation is complete.
 */
export function unpackParameters(stored: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const separate = Object.entries(stored).filter(([name]) => generationOf(name) === undefined);
  const parts = partsInUse(Object.keys(stored));
  return Object.assign(
    bareRecord<unknown>(),
    ...parts.map((name) => readPart(name, stored[name])),
    Object.fromEntries(separate),
  ) as Record<string, unknown>;
}

/** Returns the names of the parts of the newest complete generation. */
function partsInUse(names: readonly string[]): string[] {
  const packed = names.filter((name) => NAME.test(name));
  const newestFirst = packed.toSorted((a, b) => Number(generationOf(b)) - Number(generationOf(a)));
  const generations = Map.groupBy(newestFirst, (name) => name.replace(/-\d+-of-/, '-of-'));
  const newest = [...generations.values()].find(isComplete) ?? [];
  if (packed.length > 0 && newest.length === 0)
    throw invalid(`${packed[0]} and its other parts are not complete`);
  return newest;
}

function isComplete(names: readonly string[]): boolean {
  const numbers = new Set(names.map((name) => Number(NAME.exec(name)?.[2])));
  const parts = Number(NAME.exec(names[0] ?? '')?.[3]);
  return (
    parts > 0 && Array.from({ length: parts }, (_, index) => index + 1).every((part) => numbers.has(part))
  );
}

function readPart(name: string, text: unknown): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(String(text));
    if (isObject(value)) return value;
  } catch {
    // The message of JSON.parse quotes the text, which contains secrets.
  }
  throw invalid(`${name} is not a JSON object`);
}

const invalid = (what: string): SettingsError =>
  new SettingsError('SETTINGS_INVALID', `${what}. Write the settings again with settings push`);
