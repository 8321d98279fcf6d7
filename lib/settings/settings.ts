import type { KeySettings } from './key-settings.ts';
import type { PbxSettings } from './pbx-settings.ts';
import type { RouteSettings } from './route-settings.ts';
import type { WebhookSettings } from './webhook-settings.ts';

export type { KeySettings, PbxSettings, RouteSettings, WebhookSettings };

/** All settings, checked. The records have no prototype: `routes['constructor']` is undefined. */
export interface Settings {
  pbx: Record<string, PbxSettings>;
  routes: Record<string, RouteSettings>;
  keys: Record<string, KeySettings>;
  webhooks: Record<string, WebhookSettings>;
}

/** A record that holds what was put into it and nothing else, whatever names callers ask it for. */
export const bareRecord = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;
