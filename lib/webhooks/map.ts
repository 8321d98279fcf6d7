import { CallbackError } from '../calls/callback-error.ts';
import { SettingsError } from '../settings/settings-error.ts';
import { fits } from './bounds.ts';

/** For all expressions of a webhook together. */
const MAX_MS = 250;
/** Of a payload; an event that an owner wants to map is far below. What an expression costs grows with it. */
const PAYLOAD = { values: 5000, letters: 64 * 1024, depth: 16 };
/** Of one result. */
const MAX_RESULT_TEXT = 1024;

type Mapped = Record<string, unknown>;

/**
 * What the expressions of `map` make of a payload; what comes out undefined is left out. Undefined if there is a
 * `map.call` and it yields anything but true: then the others are not asked, as they may not fit such an event.
 *
 * @param name The webhook's, for errors.
 * @throws CallbackError map-failed; SettingsError when an expression is wrong in itself.
 */
export async function applyMap(
  { call, ...map }: Readonly<Record<string, string>>,
  payload: unknown,
  name: string,
): Promise<Mapped | undefined> {
  if (!fits(payload, PAYLOAD)) {
    throw new CallbackError('map-failed', 'The event is too deep or too large to be mapped');
  }
  // Not loaded where nobody maps anything.
  const { evaluate } = await import('./jsonata/evaluate.ts');
  const deadline = Date.now() + MAX_MS;
  const resultOf = async (field: string, expression: string): Promise<unknown> => {
    const result = await evaluate(expression, payload, deadline);
    if (result.ok) return result.value;
    if (result.fault === 'expression') throw wrong(name, field, result.code);
    const why = result.fault === 'limit' ? 'is too much work on' : 'does not fit';
    throw mapFailed(field, `${why} this event (${result.code})`);
  };
  if (call !== undefined && (await resultOf('call', call)) !== true) return undefined;
  const mapped: Mapped = {};
  for (const [field, expression] of Object.entries(map)) {
    const value = plain(await resultOf(field, expression), field);
    if (value !== undefined) mapped[field] = value;
  }
  return mapped;
}

export const mapFailed = (field: string, message: string): CallbackError =>
  new CallbackError('map-failed', `map.${field} ${message}`, {
    errors: [{ field: `map.${field}`, message }],
  });

export const noExpression = (name: string, field: string, code: string): string =>
  `webhooks/${name}: map.${field} is no JSONata expression (${code}): try it at https://try.jsonata.org`;

function wrong(name: string, field: string, code: string): SettingsError {
  const message = noExpression(name, field, code);
  return new SettingsError('SETTINGS_INVALID', message, {
    problems: [{ parameter: `webhooks/${name}`, message }],
  });
}

/** Numbers that stand for names and numbers to be called become text; what is no plain value, or huge, is refused. */
function plain(value: unknown, field: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number' && TEXTS.includes(field)) return String(value);
  if (typeof value === 'string' && value.length > MAX_RESULT_TEXT) {
    throw mapFailed(field, 'yields too much text');
  }
  // A digest would take its place, and for seconds only.
  if (field === 'key' && typeof value !== 'string') throw mapFailed(field, 'must yield text or a number');
  if (typeof value !== 'object') return typeof value === 'function' ? undefined : value;
  const entries = Object.entries(value);
  if (Array.isArray(value) || entries.length > 100) throw mapFailed(field, 'must yield one value');
  return Object.fromEntries(entries.map(([name, inner]) => [name, text(inner, `${field}.${name}`)]));
}

const TEXTS = ['to', 'agent', 'callerId', 'route', 'dtmf', 'key'];

/** `variables` and `metadata` hold text. */
function text(value: unknown, field: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value.length > MAX_RESULT_TEXT) throw mapFailed(field, 'must yield text');
  return value;
}
