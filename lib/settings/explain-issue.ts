import type * as z from 'zod/mini';
import { nearest } from './parameter-names.ts';

type Issue = z.core.$ZodIssue;

/** What stands in the sentences of one parameter: the value read, and whether nothing of it may be quoted. */
interface Subject {
  value: unknown;
  secure: boolean;
  /** Field names by the path of their object: '' for the top, 'to' for `to`. */
  fields: Readonly<Record<string, readonly string[]>>;
}

/** An issue of zod as a sentence for an administrator: which field, what it must be, what was found. */
export function explain(issue: Issue, subject: Subject): string {
  const field = fieldName(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = subject.fields[issue.path.join('.')] ?? [];
    const unknown = issue.keys.map((key) => unknownField(key, known, subject.secure));
    return `${field && `${field} `}holds ${unknown.join(' and ')}; known are ${known.join(', ')}`;
  }
  const found = valueAt(subject.value, issue.path);
  if (found === undefined && issue.path.length > 0) return `${field} is missing: it ${issue.message}`;
  const quoted = subject.secure || isObject(found) ? '' : `; found ${quote(found)}`;
  return `${field && `${field} `}${issue.message}${quoted}`;
}

function unknownField(key: string, known: readonly string[], secure: boolean): string {
  const meant = nearest(key, known);
  // Somebody may have written the secret where a field name belongs, and a secret may be short.
  const field = secure ? `an unknown field of ${key.length} characters` : `the unknown field ${quote(key)}`;
  return `${field}${meant ? ` (did you mean "${meant}"?)` : ''}`;
}

/** `"to.allow[0]"` */
function fieldName(path: readonly PropertyKey[]): string {
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return name && `"${name.slice(1)}"`;
}

/** A single string may stand for a list of one, and then is what `pbx[0]` was read from. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found === 'string') return found;
    found = isObject(found) ? Object.getOwnPropertyDescriptor(found, step)?.value : undefined;
  }
  return found;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** At most 40 characters, control characters escaped. */
function quote(value: unknown): string {
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 40 ? `${shown.slice(0, 39)}…` : shown;
}
