import type { KeySettings } from '../settings/settings.ts';

/** What of a request says who asks. */
export interface AccessRequest {
  method: string;
  /** Without stage and base path, and without the query. */
  path: string;
  /** The same with them, as whoever signed may have written it. */
  longerPaths?: readonly string[];
  /** Decoded names and values, repeats included. */
  query: ReadonlyArray<readonly [name: string, value: string]>;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  sourceIp?: string | undefined;
  /** The caller's ARN, where IAM has checked the request. */
  principal?: string | undefined;
}

export type Via = 'bearer' | 'link' | 'token' | 'iam';

/** Stable codes; they become the `type` of a problem. */
export type AccessCode =
  /** 401: the request carries no credentials. */
  | 'credentials-missing'
  /** 401: wrong, unknown, malformed or of several kinds; never whether it is the id or the secret. */
  | 'credentials-invalid'
  /** 410: a link that was right, until it expired. */
  | 'link-expired'
  /** 403: the right credentials from the wrong network. */
  | 'source-not-allowed';

export interface Refused {
  ok: false;
  code: AccessCode;
  message: string;
}

export interface Admitted {
  ok: true;
  keyId: string;
  key: KeySettings;
  via: Via;
}

export type Access = Admitted | Refused;
export type Keys = Readonly<Record<string, KeySettings>>;

export const refuse = (code: AccessCode, message: string): Refused => ({ ok: false, code, message });

/** What a record holds itself, and nothing that a prototype lends: no request gets in as `constructor`. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
