import * as z from 'zod/mini';
import { recordOf } from '../shared/record-of.ts';
import { matching, must, name, oneOrMore, seconds, text, textThat } from './schema-parts.ts';

const secret = oneOrMore(
  matching(/^[\x21-\x7e]+$/, 'a secret of visible ASCII characters'),
  'secrets of visible ASCII characters, or a single such secret',
);

/**
 * Fields of a callback request. Also `call` (whether the event requests a call), `key` (the idempotency key) and `time` (when
 * the event happened).
 */
const MAPPED = [
  'to',
  'agent',
  'route',
  'callerId',
  'variables',
  'timeoutSeconds',
  'dtmf',
  'at',
  'delaySeconds',
  'expiresAt',
  'priority',
  'metadata',
  'call',
  'key',
  'time',
];

export const mapField = recordOf(
  z.string(),
  textThat(
    (value) => value.length <= 2000,
    'a JSONata expression of at most 2000 characters, such as "data.phone"',
  ),
  'must be an object of JSONata expressions such as {"to": "data.phone"}',
).check(
  must(
    (expressions) => Object.keys(expressions).every((field) => MAPPED.includes(field)),
    `may hold no other fields than ${MAPPED.join(', ')}`,
  ),
);

const agents = recordOf(
  z.string(),
  matching(/^[A-Za-z0-9_.+*#-]+$/, 'an extension such as "3200"'),
  'must be an object of the sender’s user ids and their extensions, such as {"17": "3200", "*": "3100"}',
);

/** The fields that every webhook has. */
export const webhookFields = {
  source: text('the name of a source, such as "hubspot"'),
  secret,
  route: z.exactOptional(name),
  agents: z.exactOptional(agents),
  map: z.exactOptional(mapField),
  maxAgeSeconds: z._default(seconds(10, 86_400), 300),
};

/** A webhook whose source is not known here. lib/webhooks checks the fields of the source. */
export const webhookSchema = z.looseObject(
  webhookFields,
  'must be an object such as {"source": "hubspot", "secret": "…", "route": "sales"}',
);
