import type * as z from 'zod/mini';
import { nearestWord } from '../shared/nearest-word.ts';

type Issue = z.core.$ZodIssue;

/** The parameter that an issue is about. */
interface Subject {
  schema: z.core.$ZodType;
  /** Its value as it was read. */
  value: unknown;
  /** Whether no part of the value may be quoted. */
  secure: boolean;
}

/** Returns a message for an administrator: the field, what it must be, and what was found. */
export function explainIssue(issue: Issue, { schema, value, secure }: Subject): string {
  const field = fieldName(issue.path);
  const prefix = field === '' ? '' : `${field} `;
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, issue.path);
    const unknown = issue.keys.map((key) => unknownField(key, known, secure));
    return `${prefix}holds ${unknown.join(' and ')}; known are ${known.join(', ')}`;
  }
  const found = valueAt(value, issue.path);
  if (found === undefined && issue.path.length > 0) return `${prefix}is missing: it ${issue.message}`;
  const quoted = secure || found instanceof Object ? '' : `; found ${quote(found)}`;
  return `${prefix}${issue.message}${quoted}`;
}

/** The names of the fields of an object inside a schema, through optional fields, defaults and pipes. */
function fieldsAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const { def } = schema._zod as { def: Definition };
  if (def.shape !== undefined) {
    const [field, ...deeper] = path;
    const inner = field === undefined ? undefined : def.shape[String(field)];
    return inner === undefined ? Object.keys(def.shape) : fieldsAt(inner, deeper);
  }
  const inner = def.innerType ?? (def.in?._zod.def.type === 'transform' ? def.out : def.in);
  return inner === undefined ? [] : fieldsAt(inner, path);
}

interface Definition {
  shape?: Readonly<Record<string, z.core.$ZodType>>;
  innerType?: z.core.$ZodType;
  in?: z.core.$ZodType;
  out?: z.core.$ZodType;
}

function unknownField(key: string, known: readonly string[], secure: boolean): string {
  const meant = nearestWord(key, known);
  // An administrator may have written the secret instead of a field name, and a secret may be short.
  const field = secure ? `an unknown field of ${key.length} characters` : `the unknown field ${quote(key)}`;
  return `${field}${meant ? ` (did you mean "${meant}"?)` : ''}`;
}

/** Such as `"to.allow[0]"`. */
function fieldName(path: readonly PropertyKey[]): string {
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return name && `"${name.slice(1)}"`;
}

/** A string instead of a list counts as a list of one, and then `pbx[0]` is that string. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found === 'string') return found;
    found = Object.getOwnPropertyDescriptor(Object(found), step)?.value;
  }
  return found;
}

/** At most 40 characters, with control characters escaped. */
function quote(value: unknown): string {
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 40 ? `${shown.slice(0, 39)}…` : shown;
}
