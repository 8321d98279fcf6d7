import { CallbackError } from '../problems/callback-error.ts';
import { isObject } from '../shared/is-object.ts';
import type { HttpRequest } from './http-request.ts';
import { type Pairs, parseQuery } from './query.ts';

/** A callback request has a few hundred bytes. */
const MAX_BODY_BYTES = 32 * 1024;
const MAX_DEPTH = 4;

type Fields = Record<string, unknown>;

/** Returns the JSON object or the form in a body. */
export function readBody(request: HttpRequest): Fields {
  const { type, text } = readText(request, MAX_BODY_BYTES);
  if (type === 'json') return readJson(text);
  // curl declares every body as a form if its user names no Content-Type.
  if (/^\s*[{[]/.test(text)) {
    throw unsupported('The body is JSON. Send Content-Type: application/json');
  }
  return readForm(parseQuery(text));
}

/**
 * Returns the text of a body and its format, not yet parsed.
 *
 * @throws CallbackError body-too-large, content-type-unsupported, request-malformed.
 */
export function readText(
  { headers, body }: HttpRequest,
  maxBytes: number,
): { type: 'json' | 'form'; text: string } {
  if (body.length > maxBytes) {
    throw new CallbackError(
      'body-too-large',
      `The body is larger than ${maxBytes} bytes. Send a smaller body`,
    );
  }
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    throw unsupported('The body is compressed. Send it without Content-Encoding');
  }
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (JSON_TYPE.test(type ?? '')) return { type: 'json', text: utf8(body) };
  if (type === 'application/x-www-form-urlencoded') return { type: 'form', text: utf8(body) };
  throw unsupported('Send Content-Type: application/json or application/x-www-form-urlencoded');
}

/** The types of JSON. Names such as `application/cloudevents+json` are accepted too. */
const JSON_TYPE = /^(?:application\/(?:[\w.!#$&^-]+\+)?json|text\/json)$/;

const unsupported = (detail: string): CallbackError => new CallbackError('content-type-unsupported', detail);

export const malformed = (detail: string): CallbackError => new CallbackError('request-malformed', detail);

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function utf8(body: Buffer): string {
  try {
    return UTF8.decode(body);
  } catch {
    throw malformed('The body is not valid UTF-8');
  }
}

function readJson(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed(text.trim() === '' ? 'The body is empty' : 'The body is not valid JSON');
  }
  if (!isObject(value)) throw malformed('The body must be a JSON object');
  if (checkNames(value, MAX_DEPTH) !== namesIn(text)) throw comesTwice();
  return value;
}

/**
 * Counts the names in valid JSON. A name is a string before a colon. The pattern matches every string, so it takes linear time.
 * A pattern for names alone would try again from every quote inside a value, which takes quadratic time.
 */
const namesIn = (json: string): number =>
  Array.from(json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)).filter(([, colon]) => colon !== undefined).length;

/**
 * Counts the names in a value.
 *
 * @param levels How many levels of objects and lists the value may have.
 * @throws CallbackError request-malformed, also for the name `__proto__`, which other code could take for the prototype.
 */
export function checkNames(value: unknown, levels: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (levels === 0) throw malformed('The body is nested too deeply');
  if (Object.hasOwn(value, '__proto__')) throw malformed('A field must not be named __proto__');
  const names = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, inner) => sum + checkNames(inner, levels - 1), names);
}

const NUMBERS = new Set(['timeoutSeconds', 'waitSeconds', 'delaySeconds', 'priority', 'limit']);
const TIMES = new Set(['at', 'expiresAt', 'from', 'until']);
const PHONES = new Set(['to', 'callerId']);

/**
 * Returns a form or a query as an object. `variables[NAME]` and `metadata[NAME]` become objects. Numeric fields become numbers.
 *
 * @throws CallbackError request-malformed.
 */
export function readForm(pairs: Pairs): Fields {
  const form = new Map<string, unknown>();
  const nested = new Map<string, Map<string, string>>();
  for (const [name, value] of pairs) {
    const [, outer, inner] = name.match(/^(variables|metadata)\[([^[\]]+)\]$/) ?? [];
    if (outer !== undefined && inner !== undefined) {
      const entries = nested.get(outer) ?? new Map<string, string>();
      addOnce(entries, inner, value);
      nested.set(outer, entries);
    } else {
      addOnce(form, name, fieldValue(name, value));
    }
  }
  for (const [outer, entries] of nested) addOnce(form, outer, Object.fromEntries(entries));
  const fields = Object.fromEntries(form);
  checkNames(fields, MAX_DEPTH);
  return fields;
}

function fieldValue(name: string, value: string): string | number | boolean {
  if (NUMBERS.has(name) && /^\d{1,7}(\.\d{1,3})?$/.test(value)) return Number(value);
  // Form encoding turns the + of an offset into a blank.
  if (TIMES.has(name)) return value.replace(/ (?=\d\d:\d\d$)/, '+');
  if (name === 'paused' && (value === 'true' || value === 'false')) return value === 'true';
  return PHONES.has(name) ? withPlus(value) : value;
}

/**
 * Restores a leading `+` that form encoding has turned into a blank. Without the `+`, `+8495…` (a number in Vietnam) would be
 * read as the Russian 8 495 …, and another phone would ring.
 */
export const withPlus = (value: string): string => value.replace(/^ +(?=[\d(])/, '+');

function addOnce<T>(fields: Map<string, T>, name: string, value: T): void {
  if (fields.has(name)) throw comesTwice(name);
  fields.set(name, value);
}

/** A field with two values is refused, because this program could check one value and Asterisk dial the other value. */
const comesTwice = (name = ''): CallbackError => {
  const which = /^[A-Za-z]{1,32}$/.test(name) ? `The field ${name}` : 'A field';
  return malformed(`${which} comes twice. Send each field once`);
};
