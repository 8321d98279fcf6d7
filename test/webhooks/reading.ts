import { type HttpRequest, readHttpRequest } from '../../lib/http/request.ts';
import { parseSettings } from '../../lib/settings/parse.ts';
import type { WebhookSettings } from '../../lib/settings/schema.ts';
import { readWebhook } from '../../lib/webhooks/index.ts';
import { type Asked, eventOf } from '../http/door.ts';
import { settingsWith } from '../settings/fixtures.ts';
import { hook, type SourceName } from './settings.ts';

export const requestOf = (asked: Asked): HttpRequest => readHttpRequest(eventOf(asked));

/** As the settings would be after they were checked. */
export function parsedHook(source: SourceName, changes: Record<string, unknown> = {}): WebhookSettings {
  const { webhooks } = parseSettings(settingsWith({ 'webhooks/crm': hook(source, changes) }));
  const [settings] = Object.values(webhooks);
  if (!settings) throw new Error('There is no webhook');
  return settings;
}

/** What a webhook asks for now, without a PBX. */
export const read = (
  asked: Asked,
  source: SourceName,
  changes: Record<string, unknown> = {},
  now = Date.now() / 1000,
) => readWebhook(requestOf(asked), 'crm', parsedHook(source, changes), now);
