/** Settings that only some sources have. */
export const OWN_SETTINGS = ['events', 'phoneField', 'username', 'url', 'parameter'] as const;

/** What the settings of a webhook must and may hold, by its source. */
export interface SourceSettings {
  /** Which of the settings that only some sources have it takes. */
  own?: Partial<Record<(typeof OWN_SETTINGS)[number], 'required' | 'optional'>>;
  /** A sender that has no fields of its own: the settings must map them. */
  needsMap?: true;
  /** What its secrets look like, if they are not just any text. */
  secret?: { shape: RegExp; what: string };
  /** How `events` are written: with a typo, nothing would ever be called, and nobody told why. */
  events?: { shape: RegExp; what: string };
}

/** One line per source. How it proves itself and what its events mean is no matter of the settings: see lib/webhooks. */
export const WEBHOOK_SOURCES = {
  bitrix24: {
    own: { events: 'optional' },
    events: {
      shape: /^ONEXTERNALCALL(BACK)?START$/i,
      what: '"ONEXTERNALCALLSTART" or "ONEXTERNALCALLBACKSTART"',
    },
  },
  hubspot: {
    own: { events: 'optional', url: 'optional', phoneField: 'optional' },
    events: {
      shape: /^[a-z_]+\.propertyChange$/,
      what: 'a subscription to a property such as "contact.propertyChange"',
    },
  },
  json: { needsMap: true },
  kommo: {
    own: { events: 'optional', phoneField: 'optional' },
    secret: {
      shape: /^[A-Za-z0-9._~-]+$/,
      what: 'letters, digits, "-", "_", "." and "~" alone, as it stands in a URL that Kommo calls as it is written',
    },
    events: {
      shape: /^(leads|contacts|companies|customers|unsorted)\.[a-z_]+$/,
      what: 'the entity and what happened, such as "leads.status" or "contacts.add"',
    },
  },
  pipedrive: {
    own: { events: 'optional', username: 'required' },
    events: {
      shape: /^[A-Za-z]+\.(create|change|delete)$/,
      what: 'the object and the action, such as "person.create"',
    },
  },
  'standard-webhooks': {
    needsMap: true,
    secret: {
      shape: /^(whsec_)?[A-Za-z0-9+/]{32,88}={0,2}$/,
      what: '24 to 64 bytes in base64, with or without "whsec_" before them',
    },
  },
  zoho: { own: { parameter: 'optional' } },
} satisfies Record<string, SourceSettings>;

export type SourceName = keyof typeof WEBHOOK_SOURCES;
