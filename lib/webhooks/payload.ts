import { readText, unreadable, withPlus } from '../http/body.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { type Pairs, parseQuery } from '../http/query.ts';
import { addRepeated } from './repeated-fields.ts';

/** CRMs send whole records; what is larger is no event. */
const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 32;
const MAX_PAIRS = 5000;

/**
 * The JSON or the form in the body of an event; the names of a form may be nested as PHP nests them:
 * `data[PHONE_NUMBER]`, `leads[status][0][id]`.
 *
 * @throws CallbackError request-malformed, body-too-large, content-type-unsupported.
 */
export function readPayload(request: HttpRequest): unknown {
  if (request.body.length === 0) return {};
  const { type, text } = readText(request, MAX_BYTES);
  const payload = type === 'json' ? parseJson(text) : formOf(parseQuery(text));
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

/** A name that came twice, or once with and once without brackets: readers would differ on what it means. */
const TWICE = Symbol('twice');
type Leaf = string | typeof TWICE;
type Branch = Map<string, Branch | Leaf>;

/**
 * The pairs of a form or a query. A `+` that became a blank is put back wherever it may stand before a number, as
 * nobody knows yet which field holds the one to be called.
 *
 * @throws CallbackError request-malformed; also on reading a field that came twice.
 */
export function formOf(pairs: Pairs): unknown {
  if (pairs.length > MAX_PAIRS) throw unreadable(`A form may have ${MAX_PAIRS} fields`);
  const root: Branch = new Map();
  for (const [name, value] of pairs) {
    const [, first = name, nested = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
    const inner = Array.from(nested.matchAll(/\[([^\]]*)\]/g), ([, step = '']) => step);
    if (inner.length >= MAX_DEPTH) throw unreadable('The body is nested too deeply');
    put(root, [first, ...inner], withPlus(value));
  }
  return grown(root);
}

function put(root: Branch, path: readonly string[], value: string): void {
  let branch = root;
  for (const [index, step] of path.entries()) {
    // `tags[]` is the next of a list.
    const name = step === '' ? String(branch.size) : step;
    const known = branch.get(name);
    const isLast = index === path.length - 1;
    if (known !== undefined && (isLast || !(known instanceof Map))) {
      branch.set(name, TWICE);
      return;
    }
    const next: Branch = known instanceof Map ? known : new Map();
    branch.set(name, isLast ? value : next);
    branch = next;
  }
}

/** Names from 0 on are a list. What came twice is refused by whoever reads it, and hidden from who lists everything. */
function grown(branch: Branch): unknown {
  const entries: [string, unknown][] = [];
  const twice: string[] = [];
  for (const [name, value] of branch) {
    if (value === TWICE) twice.push(name);
    else entries.push([name, value instanceof Map ? grown(value) : value]);
  }
  const isList = entries.every(([name], index) => name === String(index));
  if (isList && twice.length === 0) return entries.map(([, value]) => value);
  const found = Object.fromEntries(entries);
  for (const name of twice) addRepeated(found, name, refuseTwice);
  return found;
}

function refuseTwice(): never {
  throw unreadable('A field comes twice, or both with and without [names]: send each field once');
}

function checkNesting(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw unreadable('The body is nested too deeply');
  if (Object.hasOwn(value, '__proto__')) throw unreadable('A field must not be named __proto__');
  for (const inner of Object.values(value)) checkNesting(inner, depth + 1);
}
