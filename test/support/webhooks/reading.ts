import type { HttpRequest } from '../../../lib/http/http-request.ts';
import { parseSettings } from '../../../lib/settings/parse-settings.ts';
import type { WebhookSettings } from '../../../lib/settings/settings.ts';
import { MapProcess } from '../../../lib/webhooks/map-process.ts';
import { receive } from '../../../lib/webhooks/receive.ts';
import { type WantedCall, wantedCall } from '../../../lib/webhooks/wanted-call.ts';
import { openWebhook, webhookMistakes } from '../../../lib/webhooks/webhook.ts';
import { type Asked, eventOf } from '../http/callback-function.ts';
import { readHttpRequest } from '../http/read-request.ts';
import { settingsWith } from '../settings/fixtures.ts';
import { hook, type SourceName } from './settings.ts';

export const maps = new MapProcess();

export const requestOf = (asked: Asked): HttpRequest => readHttpRequest(eventOf(asked));

/** Returns the checked settings of a webhook. */
export function parsedHook(source: SourceName, changes: Record<string, unknown> = {}): WebhookSettings {
  const written = JSON.stringify(hook(source, changes));
  const { webhooks } = parseSettings(settingsWith({ 'webhooks/crm': written }), { webhookMistakes });
  const [settings] = Object.values(webhooks);
  if (!settings) throw new Error('There is no webhook');
  return settings;
}

interface Verification {
  /** Unix time in seconds. */
  now: number;
  /** Of the settings. */
  changes?: Record<string, unknown>;
}

/** Whether a source believes that a request without a readable body comes from its sender. */
export const isVerified = (
  source: SourceName,
  request: HttpRequest,
  { now, changes }: Verification,
): boolean => {
  const webhook = openWebhook('crm', parsedHook(source, changes));
  return webhook.source.verify({ request, payload: {}, now }, webhook.settings);
};

/** Returns the call that a delivery asks for, or why it asks for none. Needs no PBX. */
export const wanted = async (
  asked: Asked,
  source: SourceName,
  changes: Record<string, unknown> = {},
  now = Date.now() / 1000,
) => wantedCall(receive(requestOf(asked), 'crm', parsedHook(source, changes), now), maps);

/** Returns the call that a delivery asks for, or undefined. */
export const read = async (...args: Parameters<typeof wanted>): Promise<WantedCall | undefined> => {
  const call = await wanted(...args);
  return call.call ? call : undefined;
};
