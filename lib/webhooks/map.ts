import { CallbackError } from '../problems/callback-error.ts';
import { invalidSettings, type SettingsError } from '../settings/settings-error.ts';
import type { MapFailure } from './map-evaluator.ts';
import type { MapProcess } from './map-process.ts';
import { serializePayload } from './repeated-fields.ts';

/** Real events have far fewer values. */
const MAX_VALUES = 5000;
const MAX_TEXT = 64 * 1024;
const MAX_DEPTH = 16;

/**
 * Evaluates the expressions of `map` for a payload. Fields without a result are left out. Returns undefined if `map.call` exists
 * and its result is not true.
 *
 * @param name The name of the webhook, for errors.
 * @throws CallbackError map-failed. SettingsError if an expression is wrong for every event.
 */
export async function applyMap(
  map: Readonly<Record<string, string>>,
  payload: unknown,
  name: string,
  maps: MapProcess,
): Promise<Record<string, unknown> | undefined> {
  if (!isMappable(payload))
    throw new CallbackError('map-failed', 'The event is too deep or too large to be mapped');
  const result = await maps.evaluate({ map, payload: serializePayload(payload) });
  if (result.ok) return result.fields;
  throw result.fault === 'expression' ? wrongExpression(name, result) : doesNotFit(result);
}

/** Whether a payload is within the limits of values, text and depth. */
function isMappable(payload: unknown): boolean {
  let values = 0;
  let letters = 0;
  const count = (value: unknown, depth: number): boolean => {
    values += 1;
    if (typeof value === 'string') letters += value.length;
    if (values > MAX_VALUES || letters > MAX_TEXT || depth > MAX_DEPTH) return false;
    if (typeof value !== 'object' || value === null) return true;
    return Object.entries(value).every(([name, inner]) => {
      if (!Array.isArray(value)) letters += name.length;
      return count(inner, depth + 1);
    });
  };
  return count(payload, 1);
}

export const mapFailed = (field: string, message: string): CallbackError =>
  new CallbackError('map-failed', `map.${field} ${message}`, {
    errors: [{ field: `map.${field}`, message }],
  });

function doesNotFit({ fault, field, reason }: MapFailure): CallbackError {
  const what = fault === 'limit' ? `takes too much time or memory for this event (${reason})` : reason;
  return field === undefined ? new CallbackError('map-failed', `The map ${what}`) : mapFailed(field, what);
}

export const notJsonata = (name: string, field: string, code: string): string =>
  `webhooks/${name}: map.${field} is not a JSONata expression (${code}). Try it at https://try.jsonata.org`;

function wrongExpression(name: string, { field = '', reason }: MapFailure): SettingsError {
  const message = notJsonata(name, field, reason);
  return invalidSettings([{ name: `webhooks/${name}`, message, kind: 'invalid' }]);
}
