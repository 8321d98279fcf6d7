import { CallbackError } from '../problems/callback-error.ts';
import type { KeySettings } from '../settings/settings.ts';

/** The parts of a request that identify its sender. */
export interface AccessRequest {
  method: string;
  /** Path without stage, base path and query. */
  path: string;
  /** The path with stage and base path, which the signer of a link may have used. */
  longerPaths?: readonly string[];
  /** Decoded names and values. A name may repeat. */
  query: ReadonlyArray<readonly [name: string, value: string]>;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  sourceIp?: string | undefined;
  /** ARN of the caller, if IAM authenticated the request. */
  principal?: string | undefined;
}

export type Via = 'bearer' | 'link' | 'token' | 'iam';

/** The key of a request whose credentials are valid. */
export interface Admitted {
  keyId: string;
  key: KeySettings;
}

export type Keys = Readonly<Record<string, KeySettings>>;

export const invalidCredentials = (message: string): CallbackError =>
  new CallbackError('credentials-invalid', message);

/** Reads an own property. Inherited properties, such as `constructor`, are never keys or headers. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

export const authorizationOf = ({ headers }: AccessRequest): string => own(headers, 'authorization') ?? '';

/** Returns the value of a query parameter, or undefined if the parameter is missing or comes twice. */
export function onlyValue({ query }: Pick<AccessRequest, 'query'>, wanted: string): string | undefined {
  const values = query.filter(([name]) => name === wanted);
  return values.length === 1 ? values[0]?.[1] : undefined;
}
