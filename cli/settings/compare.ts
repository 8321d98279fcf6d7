import { isDeepStrictEqual } from 'node:util';
import { isSecureParameter } from '../../lib/settings/settings.ts';
import type { Parameter, Parameters } from './parameter.ts';

/** A difference between the file and Parameter Store. `retype` changes String to SecureString, or back. */
export type ParameterChange =
  | { kind: 'add'; name: string; wanted: Parameter }
  | { kind: 'change'; name: string; wanted: Parameter; stored: Parameter }
  | { kind: 'retype'; name: string; wanted: Parameter; stored: Parameter }
  | { kind: 'remove'; name: string; stored: Parameter };

/** Returns the differences, sorted by name. */
export function compare(wanted: Parameters, stored: Parameters): ParameterChange[] {
  const before = new Map(Object.entries(stored));
  const after = new Map(Object.entries(wanted));
  const names = [...new Set([...after.keys(), ...before.keys()])].sort();
  return names.flatMap((name) => changeOf(name, after.get(name), before.get(name)) ?? []);
}

function changeOf(
  name: string,
  wanted: Parameter | undefined,
  stored: Parameter | undefined,
): ParameterChange | undefined {
  if (wanted && !stored) return { kind: 'add', name, wanted };
  if (stored && !wanted) return { kind: 'remove', name, stored };
  if (!wanted || !stored) return undefined;
  if (wanted.type !== stored.type) return { kind: 'retype', name, wanted, stored };
  return sameValue(wanted.value, stored.value) ? undefined : { kind: 'change', name, wanted, stored };
}

/** Compares JSON by its values, not by its text. */
function sameValue(a: string, b: string): boolean {
  return a === b || isDeepStrictEqual(readObject(a) ?? a, readObject(b) ?? b);
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the lines that show a change. Never shows a value that is or was a SecureString. */
export function changeLines(change: ParameterChange): string[] {
  const stored = 'stored' in change ? change.stored : undefined;
  const wanted = 'wanted' in change ? change.wanted : undefined;
  if (isSecureParameter(change.name) || stored?.type === 'SecureString')
    return change.kind === 'change' ? ['the value differs (secret values are not shown)'] : [];
  if (change.kind !== 'change' && change.kind !== 'add') return [];
  const before = fieldsOf(stored?.value);
  const after = fieldsOf(wanted?.value);
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields
    .filter((field) => before[field] !== after[field])
    .flatMap((field) => [
      ...(before[field] === undefined ? [] : [`- ${field}${before[field]}`]),
      ...(after[field] === undefined ? [] : [`+ ${field}${after[field]}`]),
    ]);
}

/** Returns the fields of a route, or anything else as one field without a name. */
function fieldsOf(value: string | undefined): Record<string, string> {
  if (value === undefined) return {};
  const object = readObject(value);
  if (object === undefined) return { '': value.replace(/\s*\n\s*/g, ' ').slice(0, 100) };
  return Object.fromEntries(
    Object.entries(object).map(([field, held]) => [`${field}: `, JSON.stringify(held)]),
  );
}
