import { readText, unreadable, withPlus } from '../http/body.ts';
import { parseQuery } from '../http/query.ts';
import type { HttpRequest } from '../http/request.ts';

/** CRMs send whole records; what is larger is no event. */
const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 32;
const MAX_PAIRS = 5000;

/**
 * The JSON or the form in the body of an event; the names of a form may be nested as PHP nests them:
 * `data[PHONE_NUMBER]`, `leads[status][0][id]`.
 *
 * @throws ProblemError request-malformed, body-too-large, content-type-unsupported.
 */
export function readPayload(request: HttpRequest): unknown {
  if (request.body.length === 0) return {};
  const { type, text } = readText(request, MAX_BYTES);
  const payload = type === 'json' ? parseJson(text) : parseForm(text);
  checkNesting(payload, 1);
  return payload;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('The body is not valid JSON');
  }
}

type Branch = Map<string, Branch | string>;

function parseForm(text: string): unknown {
  const pairs = parseQuery(text);
  if (pairs.length > MAX_PAIRS) throw unreadable(`A form may have ${MAX_PAIRS} fields`);
  const root: Branch = new Map();
  for (const [name, value] of pairs) {
    const [, first = name, nested = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
    const inner = Array.from(nested.matchAll(/\[([^\]]*)\]/g), ([, step = '']) => step);
    if (inner.length >= MAX_DEPTH) throw unreadable('The body is nested too deeply');
    put(root, [first, ...inner], /^ +\d{5,15}$/.test(value) ? withPlus(value) : value);
  }
  return grown(root);
}

/** A name that comes twice, or once with and once without brackets, is refused: readers would differ on it. */
function put(root: Branch, path: readonly string[], value: string): void {
  let branch = root;
  for (const [index, step] of path.entries()) {
    // `tags[]` is the next of a list.
    const name = step === '' ? String(branch.size) : step;
    const known = branch.get(name);
    if (index === path.length - 1) {
      if (known !== undefined) throw unreadable('A field comes twice: send each field once');
      branch.set(name, value);
    } else {
      if (typeof known === 'string') throw unreadable('A field comes both with and without [names]');
      const next: Branch = known ?? new Map();
      branch.set(name, next);
      branch = next;
    }
  }
}

/** Names from 0 on are a list. */
function grown(branch: Branch): unknown {
  const entries = Array.from(branch, ([name, value]): [string, unknown] => [
    name,
    typeof value === 'string' ? value : grown(value),
  ]);
  const isList = entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

function checkNesting(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw unreadable('The body is nested too deeply');
  if (Object.hasOwn(value, '__proto__')) throw unreadable('A field must not be named __proto__');
  for (const inner of Object.values(value)) checkNesting(inner, depth + 1);
}
