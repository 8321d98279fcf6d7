import { settingsFor } from '../http/settings.ts';

export const SECRETS = {
  bitrix24: '51610fefc120afg4b628cc82d6298cce',
  hubspot: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
  kommo: 'kommo-secret-0123456789',
  pipedrive: 'pipedrive-secret-0123456789',
  zoho: 'zoho-secret-0123456789',
  'standard-webhooks': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  json: 'json-secret-0123456789',
} as const;

export type SourceName = keyof typeof SECRETS;

const agents = { '1269': '3200' };

const WEBHOOKS: Record<SourceName, Record<string, unknown>> = {
  // The visitor's form names no user.
  bitrix24: { agents: { ...agents, '*': '3201' } },
  hubspot: { agents: { ...agents, '*': '3201' } },
  kommo: { agents },
  pipedrive: { agents, username: 'crm' },
  zoho: {},
  'standard-webhooks': {
    agents,
    map: {
      to: "data.phones[kind = 'mobile'].number",
      agent: 'data.owner.id',
      call: "type = 'lead.call_requested'",
    },
  },
  json: {
    agents,
    map: { to: "'+' & customer.phone", agent: 'manager', key: 'id', time: 'at', call: "event = 'callback'" },
  },
};

export const hook = (source: SourceName, changes: Record<string, unknown> = {}) => ({
  source,
  secret: SECRETS[source],
  ...WEBHOOKS[source],
  ...changes,
});

/** A webhook for each source, under its name, and a few others. */
export const webhookSettings = (pbx: Parameters<typeof settingsFor>[0], channel?: string) => ({
  ...settingsFor(pbx, channel),
  ...Object.fromEntries(
    (Object.keys(SECRETS) as SourceName[]).map((name) => [`webhooks/${name}`, hook(name)]),
  ),
  'webhooks/other': hook('bitrix24', { secret: 'other-secret-0123456789' }),
  'webhooks/kommo-leads': hook('kommo', { phoneField: 'Телефон клиента' }),
  'webhooks/pipedrive-calls': hook('pipedrive', {
    map: { to: '$match(data.subject, /[+][0-9() -]+/)[0].match' },
  }),
  'webhooks/rotating': hook('standard-webhooks', {
    secret: [SECRETS['standard-webhooks'], `whsec_${Buffer.alloc(32, 7).toString('base64')}`],
  }),
});
