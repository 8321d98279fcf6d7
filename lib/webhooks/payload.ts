import { checkNames, malformed, readText, withPlus } from '../http/body.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { type Pairs, parseQuery } from '../http/query.ts';
import { addRepeated } from './repeated-fields.ts';

/** CRMs send complete records. Events are never larger. */
const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 32;
const MAX_PAIRS = 5000;

/**
 * Reads the JSON or the form in the body of an event. The names of a form may be nested as in PHP: `data[PHONE_NUMBER]`,
 * `leads[status][0][id]`.
 *
 * @throws CallbackError request-malformed, body-too-large, content-type-unsupported.
 */
export function readPayload(request: HttpRequest): unknown {
  if (request.body.length === 0) return {};
  const { type, text } = readText(request, MAX_BYTES);
  const payload = type === 'json' ? parseJson(text) : formOf(parseQuery(text));
  checkNames(payload, MAX_DEPTH);
  return payload;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('The body is not valid JSON');
  }
}

/** Marks a name that came twice, or with and without brackets. Two programs could read different values for such a name. */
const TWICE = Symbol('twice');
type Leaf = string | typeof TWICE;
type Branch = Map<string, Branch | Leaf>;

/**
 * Builds an object from the pairs of a form or a query. Restores a leading `+` that arrived as a blank in every value, because
 * every field may be the number.
 *
 * @throws CallbackError request-malformed. Reading a field that came twice throws this error too.
 */
export function formOf(pairs: Pairs): unknown {
  if (pairs.length > MAX_PAIRS) throw malformed(`A form may have at most ${MAX_PAIRS} fields`);
  const root: Branch = new Map();
  for (const [name, value] of pairs) {
    const [, first = name, nested = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
    const inner = Array.from(nested.matchAll(/\[([^\]]*)\]/g), ([, step = '']) => step);
    if (inner.length >= MAX_DEPTH) throw malformed('The body is nested too deeply');
    put(root, [first, ...inner], withPlus(value));
  }
  return toPayload(root);
}

function put(root: Branch, path: readonly string[], value: string): void {
  let branch = root;
  for (const [index, step] of path.entries()) {
    // `tags[]` adds to a list.
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

/** Turns branches into objects, and into lists if their names are 0, 1, 2 … Fields that came twice throw when read. */
function toPayload(branch: Branch): unknown {
  const entries: [string, unknown][] = [];
  const twice: string[] = [];
  for (const [name, value] of branch) {
    if (value === TWICE) twice.push(name);
    else entries.push([name, value instanceof Map ? toPayload(value) : value]);
  }
  const isList = entries.every(([name], index) => name === String(index));
  if (isList && twice.length === 0) return entries.map(([, value]) => value);
  const found = Object.fromEntries(entries);
  for (const name of twice) addRepeated(found, name, refuseTwice);
  return found;
}

function refuseTwice(): never {
  throw malformed('A field comes twice, or both with and without [names]. Send each field once');
}
