import { isObject } from '../../shared/is-object.ts';

/** An event as it arrives, or an object in it. No field of it is checked. */
export type Fields = Readonly<Record<string, unknown>>;

export type Values = Readonly<Record<string, string[]>>;

export const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const timeOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

export const bodyOf = ({ body, isBase64Encoded }: Fields): Buffer =>
  Buffer.from(textOf(body), isBase64Encoded === true ? 'base64' : 'utf8');

/** Returns the lists of a multi-value map. Uses the plain map if the event has no multi-value map. */
export const valuesOf = (multiValue: unknown, plain: unknown): Values =>
  isObject(multiValue)
    ? Object.fromEntries(
        Object.entries(multiValue).map(([name, list]) => [name, Array.isArray(list) ? list.map(textOf) : []]),
      )
    : Object.fromEntries(Object.entries(fieldsOf(plain)).map(([name, value]) => [name, [textOf(value)]]));

export const joinQuery = (query: Values, encode = (text: string) => text): string =>
  Object.entries(query)
    .flatMap(([name, list]) => list.map((value) => `${encode(name)}=${encode(value)}`))
    .join('&');

export function headersOf(values: Values): Record<string, string> {
  const headers = Map.groupBy(Object.entries(values), ([name]) => name.toLowerCase());
  return Object.fromEntries(
    Array.from(headers, ([name, entries]) => [name, entries.map(([, list]) => list.join(',')).join(',')]),
  );
}
