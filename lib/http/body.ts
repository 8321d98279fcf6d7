import { ProblemError } from './problem.ts';
import type { HttpRequest } from './request.ts';

/** A callback request has a few hundred bytes; nothing that is larger is meant for us. */
const MAX_BODY_BYTES = 32 * 1024;
const MAX_DEPTH = 4;

/** The JSON object or the form in a request's body. */
export function readBody(request: HttpRequest): Record<string, unknown> {
  if (request.body.length > MAX_BODY_BYTES) {
    throw new ProblemError('body-too-large', `The body may have ${MAX_BODY_BYTES} bytes`);
  }
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const text = utf8(request.body);
  if (type === 'application/json') return readJson(text);
  if (type === 'application/x-www-form-urlencoded') return readForm([...new URLSearchParams(text)]);
  throw new ProblemError(
    'content-type-unsupported',
    'Send Content-Type: application/json or application/x-www-form-urlencoded',
  );
}

function utf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ProblemError('request-malformed', 'The body is not UTF-8');
  }
}

function readJson(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProblemError('request-malformed', 'The body is not valid JSON');
  }
  if (!isObject(value)) throw new ProblemError('request-malformed', 'The body must be a JSON object');
  if (depthOf(value) > MAX_DEPTH)
    throw new ProblemError('request-malformed', 'The body is nested too deeply');
  return value;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function depthOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return depth;
  return Math.max(depth + 1, ...Object.values(value).map((inner) => depthOf(inner, depth + 1)));
}

const NUMBERS = new Set(['timeoutSeconds', 'waitSeconds']);

/**
 * A form or a query as an object: `variables[NAME]` and `metadata[NAME]` become objects, what should be a number
 * a number. A name that comes twice is refused, because two readers might take two different ones.
 */
export function readForm(fields: readonly (readonly [string, string])[]): Record<string, unknown> {
  const form = new Map<string, unknown>();
  const nested = new Map<string, Map<string, string>>();
  for (const [name, value] of fields) {
    const [, outer, inner] = name.match(/^(variables|metadata)\[([^[\]]+)\]$/) ?? [];
    const target = outer ? (nested.get(outer) ?? nested.set(outer, new Map()).get(outer)) : form;
    const key = inner ?? name;
    if (target?.has(key)) {
      throw new ProblemError('request-malformed', 'A field comes twice: send each field once');
    }
    target?.set(key, NUMBERS.has(key) && /^\d{1,4}(\.\d{1,3})?$/.test(value) ? Number(value) : value);
  }
  for (const [outer, entries] of nested) form.set(outer, Object.fromEntries(entries));
  return Object.fromEntries(form);
}
