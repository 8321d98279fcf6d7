import type * as z from 'zod/mini';
import { clientAddressSchema } from './client-address-settings.ts';
import { keySchema } from './key-settings.ts';
import { doNotCallSecretSchema, limitsSchema } from './limit-settings.ts';
import { lineSchema } from './line-settings.ts';
import type { PbxSettings } from './pbx-settings.ts';
import { routeSchema } from './route-settings.ts';
import { webhookSchema } from './webhook-settings.ts';

/** What a parameter must hold. */
export interface ParameterKind {
  schema: z.core.$ZodType;
  /** Whether Parameter Store must store the parameter as SecureString, and no error may quote it. */
  secure: boolean;
  /** Set if the value is text. Other values are JSON. */
  isText?: true;
}

/** All groups of parameters `<group>/<name>`, except `pbx`. A parameter of `pbx` is a single field, such as `pbx/main/url`. */
export const GROUPS = {
  routes: { schema: routeSchema, secure: false },
  keys: { schema: keySchema, secure: true },
  webhooks: { schema: webhookSchema, secure: true },
  lines: { schema: lineSchema, secure: false },
} as const satisfies Record<string, ParameterKind>;

export type GroupName = keyof typeof GROUPS;

/** Parameters without a group. Each may be missing. */
export const SINGLES = {
  clientAddress: { schema: clientAddressSchema, secure: true },
  limits: { schema: limitsSchema, secure: false },
  doNotCallSecret: { schema: doNotCallSecretSchema, secure: true, isText: true },
} as const satisfies Record<string, ParameterKind>;

export type SingleName = keyof typeof SINGLES;

/** All settings, checked. The records have no prototype: `routes['constructor']` is undefined. */
export type Settings = { pbx: Record<string, PbxSettings> } & {
  [Name in GroupName]: Record<string, z.output<(typeof GROUPS)[Name]['schema']>>;
} & { [Name in SingleName]?: z.output<(typeof SINGLES)[Name]['schema']> };

export type RouteSettings = Settings['routes'][string];
export type KeySettings = Settings['keys'][string];
export type WebhookSettings = Settings['webhooks'][string];
export type { PbxSettings };

export const groupNames = Object.keys(GROUPS) as GroupName[];
export const singleNames = Object.keys(SINGLES) as SingleName[];

/** Whether a parameter, by its name without the path, holds a secret. */
export const isSecureParameter = (name: string): boolean =>
  /^pbx\/[^/]+\/secret$/.test(name) ||
  singleNames.some((single) => SINGLES[single].secure && name === single) ||
  groupNames.some((group) => GROUPS[group].secure && name.startsWith(`${group}/`));

/** Returns a record without a prototype, so that a name such as `constructor` finds no entry. */
export const bareRecord = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;
