import jsonata, { type Expression } from 'jsonata';
import { parsePayload } from './repeated-fields.ts';

/** This file is a program. map-process.ts starts the program, and kills it if it takes too much time or memory. */
process.on('message', async (task: MapTask) => process.send?.(await evaluateMap(task)));
process.send?.('ready');

export interface MapTask {
  /** The JSONata expression of each field. */
  map: Readonly<Record<string, string>>;
  /** The event, as `serializePayload` writes it. */
  payload: string;
}

/** Without `fields`, `map.call` is not true. */
export type MapResult = { ok: true; fields?: Record<string, unknown> } | MapFailure;

export interface MapFailure {
  ok: false;
  /** `expression`: wrong for every event. `event`: does not fit this event. `limit`: too much time or memory. */
  fault: 'expression' | 'event' | 'limit';
  /** The field of the failed expression. Left out if the program does not know the field. */
  field?: string;
  /** Contains nothing of the event. */
  reason: string;
}

type Value = { ok: true; value: unknown } | MapFailure;

/** jsonata checks these limits between its steps. So jsonata stops most costly expressions itself, and this process lives on. */
const LIMITS = { timeout: 250, stack: 150, sequence: 2000 };
const LIMIT_CODES = ['D1011', 'D1012', 'D2014', 'D2015', 'RangeError'];

/** The greatest length of a result in characters, so that messages to the parent process stay small. */
const MAX_TEXT = 1024;
const MAX_ENTRIES = 100;

async function evaluateMap({ map: { call, ...map }, payload }: MapTask): Promise<MapResult> {
  const event = parsePayload(payload);
  if (call !== undefined) {
    const wanted = await evaluate('call', call, event);
    if (!wanted.ok) return wanted;
    // The other expressions are not evaluated: they may not fit an event that requests no call.
    if (wanted.value !== true) return { ok: true };
  }
  const fields: Record<string, unknown> = {};
  for (const [field, expression] of Object.entries(map)) {
    const result = await evaluate(field, expression, event);
    const checked = result.ok ? checkResult(field, result.value) : result;
    if (!checked.ok) return checked;
    if (checked.value !== undefined) fields[field] = checked.value;
  }
  return { ok: true, fields };
}

async function evaluate(field: string, source: string, event: unknown): Promise<Value> {
  let expression: Expression;
  try {
    expression = jsonata(source, LIMITS);
  } catch (error) {
    return { ok: false, fault: 'expression', field, reason: codeOf(error) };
  }
  try {
    expression.registerFunction('eval', refuseEval);
    expression.assign('replace', await strictReplace());
    return { ok: true, value: await expression.evaluate(event) };
  } catch (error) {
    const code = codeOf(error);
    if (LIMIT_CODES.includes(code)) return { ok: false, fault: 'limit', field, reason: code };
    return refuse(field, `does not fit this event (${code})`);
  }
}

/** Replaces `$eval`, which would run an expression from the event. */
function refuseEval(): never {
  throw { code: 'no $eval' };
}

/** The form in which jsonata stores its own functions. */
interface NativeFunction {
  implementation: (this: unknown, ...args: unknown[]) => unknown;
}

/** Replaces `$replace`: jsonata writes the word "undefined" if the event has no value for the replacement. */
async function strictReplace(): Promise<NativeFunction> {
  const native: NativeFunction = await jsonata('$replace').evaluate(undefined);
  return {
    ...native,
    // jsonata reads the number and the names of the parameters from the function's text.
    implementation(text, pattern, replacement, limit) {
      if (text !== undefined && replacement === undefined) throw { code: 'T0410' };
      return native.implementation.call(this, text, pattern, replacement, limit);
    },
  };
}

/** Returns only the code of jsonata's error, because its messages quote values. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'unknown');
}

/** Numbers in these fields become text. */
const TEXT_FIELDS = ['to', 'agent', 'callerId', 'route', 'dtmf', 'key'];

function checkResult(field: string, value: unknown): Value {
  if (value === null || value === undefined || isEmpty(value)) return { ok: true, value: undefined };
  if (typeof value === 'number' && TEXT_FIELDS.includes(field)) return { ok: true, value: String(value) };
  if (typeof value === 'string' && value.length > MAX_TEXT) return refuse(field, 'yields too much text');
  // A key of another type would be ignored. Then a digest of the event would be the key, for a few seconds only.
  if (field === 'key' && typeof value !== 'string') return refuse(field, 'must yield text or a number');
  if (typeof value !== 'object') return { ok: true, value };
  const entries = Object.entries(value);
  if (Array.isArray(value) || entries.length > MAX_ENTRIES) return refuse(field, 'must yield one value');
  const texts: Record<string, string> = {};
  for (const [name, inner] of entries) {
    const text = typeof inner === 'number' || typeof inner === 'boolean' ? String(inner) : inner;
    if (name.length > MAX_TEXT || typeof text !== 'string' || text.length > MAX_TEXT)
      return refuse(field, 'must yield an object of texts');
    texts[name] = text;
  }
  return { ok: true, value: texts };
}

/** Whether a result counts as empty: a function, or blank text as from an empty field of a form. */
const isEmpty = (value: unknown): boolean =>
  typeof value === 'function' || (typeof value === 'string' && value.trim() === '');

const refuse = (field: string, reason: string): MapFailure => ({ ok: false, fault: 'event', field, reason });
