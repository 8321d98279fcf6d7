import { ProblemError } from '../http/problem.ts';
import { SettingsError } from '../settings/errors.ts';

/** For all expressions of a webhook together. */
const MAX_MS = 300;
/** Of the payload; an event that an owner wants to map is far below. */
const MAX_VALUES = 5000;
const MAX_DEPTH = 16;
/** Of all text in the payload, and of one result. */
const MAX_TEXT = 64 * 1024;
const MAX_RESULT_TEXT = 1024;

/**
 * What the expressions of `map` make of a payload; what comes out undefined is left out.
 *
 * @param name The webhook's, for errors.
 * @throws ProblemError map-failed; SettingsError when an expression is wrong in itself.
 */
export async function applyMap(
  map: Readonly<Record<string, string>>,
  payload: unknown,
  name: string,
): Promise<Record<string, unknown>> {
  measure(payload, 1, { values: MAX_VALUES, text: MAX_TEXT });
  // Not loaded where nobody maps anything.
  const { evaluate } = await import('./evaluate.ts');
  const deadline = Date.now() + MAX_MS;
  const mapped: Record<string, unknown> = {};
  for (const [field, expression] of Object.entries(map)) {
    const result = await evaluate(expression, payload, deadline);
    if (result.ok) {
      const value = plain(result.value, field);
      if (value !== undefined) mapped[field] = value;
    } else if (result.fault === 'expression') {
      throw new SettingsError(
        'SETTINGS_INVALID',
        `webhooks/${name} "map.${field}" is no JSONata expression (${result.code}): try it at https://try.jsonata.org`,
      );
    } else {
      const why = result.fault === 'limit' ? 'takes too long or goes too deep on' : 'does not fit';
      throw failed(field, `${why} this event (${result.code})`);
    }
  }
  return mapped;
}

const failed = (field: string, message: string): ProblemError =>
  new ProblemError('map-failed', `map.${field} ${message}`, {
    errors: [{ field: `map.${field}`, message }],
  });

/** What an expression costs grows with what it is given: with the square of it, if it compares everything. */
function measure(value: unknown, depth: number, left: { values: number; text: number }): void {
  left.values -= 1;
  if (typeof value === 'string') left.text -= value.length;
  if (depth > MAX_DEPTH || left.values < 0 || left.text < 0) {
    throw new ProblemError('map-failed', 'The event is too deep or too large to be mapped');
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    left.text -= name.length;
    measure(inner, depth + 1, left);
  }
}

/** Numbers that stand for names and numbers to be called become text; what is no plain value, or huge, is refused. */
function plain(value: unknown, field: string): unknown {
  if (typeof value === 'number' && TEXTS.includes(field)) return String(value);
  if (typeof value === 'string' && value.length > MAX_RESULT_TEXT)
    throw failed(field, 'yields too much text');
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object') return typeof value === 'function' ? undefined : value;
  const entries = Object.entries(value);
  if (Array.isArray(value) || entries.length > 100) throw failed(field, 'must yield one value');
  return Object.fromEntries(entries.map(([name, inner]) => [name, text(inner, `${field}.${name}`)]));
}

const TEXTS = ['to', 'agent', 'callerId', 'route', 'dtmf', 'key'];

/** `variables` and `metadata` hold text. */
function text(value: unknown, field: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value.length > MAX_RESULT_TEXT) throw failed(field, 'must yield text');
  return value;
}
