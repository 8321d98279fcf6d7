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

/** Stable codes. They become the `type` of a problem. */
export type AccessCode =
  /** 401: the request has no credentials. */
  | 'credentials-missing'
  /** 401: wrong, unknown, malformed or of several kinds. Never says whether the id or the secret is wrong. */
  | 'credentials-invalid'
  /** 410: the link was valid until it expired. */
  | 'link-expired'
  /** 403: the credentials are right, but the network is not allowed. */
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

/** Reads an own property. Inherited ones, such as `constructor`, are never keys or headers. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
