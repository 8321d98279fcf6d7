import { isObject } from '../../shared/is-object.ts';

/** An event as it arrives. No field of it is checked. */
export type Fields = Readonly<Record<string, unknown>>;

export type Values = Readonly<Record<string, string[]>>;

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const bodyOf = ({ body, isBase64Encoded }: Fields): Buffer =>
  Buffer.from(textOf(body), isBase64Encoded === true ? 'base64' : 'utf8');

/** Returns the lists of a multi-value map. Uses the plain map if the event has no multi-value map. */
export const valuesOf = (multiValue: unknown, plain: unknown): Values =>
  isObject(multiValue)
    ? Object.fromEntries(
        Object.entries(multiValue).map(([name, list]) => [name, Array.isArray(list) ? list.map(textOf) : []]),
      )
    : listed(plain);

export const listed = (plain: unknown): Values =>
  Object.fromEntries(
    Object.entries(isObject(plain) ? plain : {}).map(([name, value]) => [name, [textOf(value)]]),
  );

export function headersOf(values: Values): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [name, list] of Object.entries(values)) {
    const before = headers.get(name.toLowerCase());
    const joined = list.join(',');
    headers.set(name.toLowerCase(), before === undefined ? joined : `${before},${joined}`);
  }
  return Object.fromEntries(headers);
}
