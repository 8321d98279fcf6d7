// One line per source, under the name that settings give it.
export { bitrix24 } from './sources/bitrix24.ts';
export { hubspot } from './sources/hubspot.ts';
export { json } from './sources/json.ts';
export { kommo } from './sources/kommo.ts';
export { pipedrive } from './sources/pipedrive.ts';
export { standardWebhooks as 'standard-webhooks' } from './sources/standard-webhooks.ts';
export { zoho } from './sources/zoho.ts';
