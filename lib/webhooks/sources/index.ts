import type { Source } from '../define-source.ts';
import { bitrix24 } from './bitrix24.ts';
import { hubspot } from './hubspot.ts';
import { json } from './json.ts';
import { kommo } from './kommo.ts';
import { pipedrive } from './pipedrive.ts';
import { standardWebhooks } from './standard-webhooks.ts';
import { zoho } from './zoho.ts';

/** Every source, by the name that the settings give it. */
export const SOURCES: ReadonlyMap<string, Source> = new Map([
  ['bitrix24', bitrix24],
  ['hubspot', hubspot],
  ['json', json],
  ['kommo', kommo],
  ['pipedrive', pipedrive],
  ['standard-webhooks', standardWebhooks],
  ['zoho', zoho],
]);
