import * as z from 'zod/mini';
import { nearest } from './parameter-names.ts';
import { matching, name, oneOrMore, rule, text } from './shapes.ts';
import { OWN_SETTINGS, type SourceSettings, WEBHOOK_SOURCES } from './webhook-sources.ts';

const sources: ReadonlyMap<string, SourceSettings> = new Map(Object.entries(WEBHOOK_SOURCES));
const sourceNames = [...sources.keys()];

const SOURCE_WORDS = `the name of a source, such as "hubspot": one of ${sourceNames.join(', ')}`;
const source = text(SOURCE_WORDS, (value, refuse) => {
  // Somebody may have written the secret here: what was found is not repeated, only what was meant.
  const meant = nearest(value, sourceNames);
  if (!sources.has(value)) refuse(`must be ${SOURCE_WORDS}${meant ? `; did you mean "${meant}"?` : ''}`);
});

const secret = oneOrMore(
  matching(/^[\x21-\x7e]+$/, 'a secret of visible ASCII characters'),
  'secrets of visible ASCII characters; a single one may stand without the list',
);

/** Fields of a callback request; `call` says whether it is wanted, `key` and `time` tell the event. */
const MAPPED = [
  ...['to', 'agent', 'route', 'callerId', 'variables', 'timeoutSeconds', 'dtmf', 'metadata'],
  ...['call', 'key', 'time'],
];

const EXPRESSION_WORDS = 'a JSONata expression of at most 2000 characters, such as "data.phone"';
const map = z
  .record(
    z.string(),
    text(EXPRESSION_WORDS, (value, refuse) => {
      if (value.length > 2000) refuse(`must be ${EXPRESSION_WORDS}`);
    }),
    'must be an object of JSONata expressions such as {"to": "data.phone"}',
  )
  .check(
    rule((expressions, refuse) => {
      if (Object.keys(expressions).some((field) => !MAPPED.includes(field)))
        refuse(`may hold no field but ${MAPPED.join(', ')}`);
    }),
  );

const agents = z.record(
  z.string(),
  matching(/^[A-Za-z0-9_.+*#-]+$/, 'an extension such as "3200"'),
  'must be an object of the sender’s user ids and their extensions, such as {"17": "3200", "*": "3100"}',
);

const AGE_WORDS = 'must be a number of seconds from 10 to 86400';
const maxAgeSeconds = z.number(AGE_WORDS).check(
  rule((value, refuse) => {
    if (!(value >= 10 && value <= 86_400)) refuse(AGE_WORDS);
  }),
);

const URL_WORDS = 'the URL that the sender calls, such as "https://api.example.com/webhooks/crm"';
const url = text(URL_WORDS, (value, refuse) => {
  if (URL.parse(value)?.protocol !== 'https:') refuse(`must be ${URL_WORDS}`);
});

export const webhookSchema = z
  .strictObject(
    {
      source,
      secret,
      route: z.exactOptional(name),
      agents: z.exactOptional(agents),
      map: z.exactOptional(map),
      maxAgeSeconds: z._default(maxAgeSeconds, 300),
      events: z.exactOptional(oneOrMore(text('the name of an event'), 'events')),
      phoneField: z.exactOptional(text('the name, code or id of the field that holds the number')),
      username: z.exactOptional(matching(/^[^:]+$/, 'the user name for HTTP Basic, without ":"')),
      url: z.exactOptional(url),
      parameter: z.exactOptional(matching(/^[\w-]+$/, 'the name of the authorization parameter or header')),
    },
    'must be an object such as {"source": "hubspot", "secret": "…", "route": "sales"}',
  )
  .check(
    rule((webhook, refuse) => {
      const kind = sources.get(webhook.source);
      if (!kind) return;
      for (const field of OWN_SETTINGS) {
        const given = webhook[field] !== undefined;
        if (given && !kind.own?.[field])
          refuse(`must be left out: ${webhook.source} has no use for it`, field);
        if (!given && kind.own?.[field] === 'required') refuse(`must be given for ${webhook.source}`, field);
      }
      if (kind.needsMap && webhook.map?.['to'] === undefined)
        refuse(`must say where the number stands, such as {"to": "data.phone"}`, 'map');
      for (const field of ['secret', 'events'] as const) {
        const { shape, what } = kind[field] ?? {};
        if (webhook[field]?.some((each) => shape?.test(each) === false)) refuse(`must be ${what}`, field);
      }
    }),
  );

/** A sender of events, and what becomes of them. */
export type WebhookSettings = z.infer<typeof webhookSchema>;
