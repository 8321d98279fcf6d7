import {
  generationOf,
  isPacked,
  packedName,
  unpackParameters,
} from '../../lib/settings/packed-parameters.ts';
import { SettingsError } from '../../lib/settings/settings-error.ts';
import { MAX_BYTES, type Parameters, parameterOf } from './parameter.ts';

/** The number of parameters that Parameter Store returns for one request. More parameters are packed. */
const ONE_REQUEST = 10;

/** Returns what Parameter Store holds, each parameter under its own name. */
export function unpacked(stored: Parameters): { parameters: Parameters; mistake?: string } {
  try {
    const values = Object.entries(stored).map(([name, { value }]) => [name, value]);
    const parameters = Object.entries(unpackParameters(Object.fromEntries(values)));
    return {
      parameters: Object.fromEntries(
        parameters.map(([name, value]) => [name, stored[name] ?? parameterOf(name, value)]),
      ),
    };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const separate = Object.entries(stored).filter(([name]) => !isPacked(name));
    return { parameters: Object.fromEntries(separate), mistake: error.message };
  }
}

/**
 * Returns the parameters as Parameter Store should have them. If one request can read all, they are separate. Otherwise they are
 * packed into as few parts as possible. Each generation of parts has its own names, so functions use the old generation until
 * the new one is complete.
 *
 * @param wanted All parameters, by their own names.
 * @param stored The parameters of Parameter Store. Its parts are returned if they do not differ.
 */
export function layOut(
  wanted: Parameters,
  stored: Parameters,
  { separate = false, now = Date.now() }: { separate?: boolean; now?: number } = {},
): Parameters {
  if (separate || Object.keys(wanted).length <= ONE_REQUEST) return wanted;
  const { parts, large } = fill(wanted);
  const same = Object.keys(stored).filter(isPacked);
  if (
    same.length === parts.length &&
    parts.every((part) => same.some((name) => stored[name]?.value === part))
  )
    return { ...large, ...Object.fromEntries(same.map((name) => [name, parameterAt(stored, name)])) };
  const generations = Object.keys(stored).map((name) => generationOf(name) ?? 0);
  const generation = Math.max(now, ...generations.map((each) => each + 1));
  const named = parts.map(
    (value, index) =>
      [packedName(generation, index + 1, parts.length), { type: 'SecureString', value }] as const,
  );
  return { ...large, ...Object.fromEntries(named) };
}

function parameterAt(stored: Parameters, name: string): Parameters[string] {
  const parameter = stored[name];
  if (!parameter) throw new TypeError(`${name} is not stored`);
  return parameter;
}

/** Fills parts in the order of names. A parameter that is too large for a part stays separate. */
function fill(wanted: Parameters): { parts: string[]; large: Parameters } {
  const parts: string[][] = [];
  const large: Record<string, Parameters[string]> = {};
  for (const [name, parameter] of Object.entries(wanted).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const entry = `${JSON.stringify(name)}:${asJson(name, parameter.value)}`;
    if (sizeOf([entry]) > MAX_BYTES) {
      large[name] = parameter;
      continue;
    }
    const last = parts.at(-1);
    if (last && sizeOf([...last, entry]) <= MAX_BYTES) last.push(entry);
    else parts.push([entry]);
  }
  return { parts: parts.map(joined), large };
}

const joined = (entries: readonly string[]): string => `{${entries.join(',')}}`;
const sizeOf = (entries: readonly string[]): number => Buffer.byteLength(joined(entries));

/** Returns an object as it is, so that people can read it, and any other value as text. A field of a PBX is text. */
function asJson(name: string, value: string): string {
  if (!name.startsWith('pbx/') && value.startsWith('{')) {
    try {
      return JSON.stringify(JSON.parse(value));
    } catch {
      // The value stays text. The check of the settings names the mistake.
    }
  }
  return JSON.stringify(value);
}
