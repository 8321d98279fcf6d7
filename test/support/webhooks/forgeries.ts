import { createHash, createHmac } from 'node:crypto';
import type { Asked } from '../http/callback-function.ts';
import { bodyOf } from './fixtures.ts';
import { MAIN, type Sending, send } from './senders.ts';
import { SECRETS, type SourceName } from './settings.ts';

export type Forgery = [what: string, asked: () => Asked, code: string];

const NO = 'credentials-invalid';
const OTHER = 'other-secret-0123456789';
const HOURS_AGO = () => Date.now() / 1000 - 3 * 3600;
const MINUTES_AGO = () => Date.now() / 1000 - 301;
// A loaded machine may need seconds until it checks the time.
const MINUTES_AHEAD = () => Date.now() / 1000 + 330;

/** Changes an honest event. */
const forged =
  (
    source: SourceName,
    change: (asked: Asked) => Asked = (asked) => asked,
    sending: () => Sending = () => ({}),
  ) =>
  () =>
    change(send[source](MAIN[source], sending()));

const headers =
  (changes: Record<string, string | undefined>) =>
  (asked: Asked): Asked => {
    const all = { ...asked.headers, ...changes };
    return {
      ...asked,
      headers: Object.fromEntries(
        Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    };
  };
const body =
  (change: (body: string) => string) =>
  (asked: Asked): Asked => ({ ...asked, body: change(String(asked.body)) });
const url =
  (change: (url: string) => string) =>
  (asked: Asked): Asked => ({ ...asked, url: change(String(asked.url)) });
const header = (name: string, change: (value: string) => string) => (asked: Asked) =>
  headers({ [name]: change(asked.headers?.[name] ?? '') })(asked);

/** Forgeries for every source. */
const onAny = (source: SourceName): Forgery[] => [
  [
    'of another webhook',
    forged(
      source,
      url((path) => path.replace(`/${source}`, '/other')),
    ),
    NO,
  ],
  [
    'for an unknown webhook',
    forged(
      source,
      url((path) => path.replace(`/${source}`, '/none')),
    ),
    'not-found',
  ],
  [
    'for a name of the prototype',
    forged(
      source,
      url((path) => path.replace(`/${source}`, '/constructor')),
    ),
    'not-found',
  ],
  ['by GET', forged(source, (asked) => ({ ...asked, method: 'GET' })), 'method-not-allowed'],
  ['compressed', forged(source, headers({ 'content-encoding': 'gzip' })), 'content-type-unsupported'],
  ['as plain text', forged(source, headers({ 'content-type': 'text/plain' })), 'content-type-unsupported'],
];

const BITRIX: Forgery[] = [
  ['with another token', forged('bitrix24', undefined, () => ({ secret: OTHER })), NO],
  ['with an empty token', forged('bitrix24', undefined, () => ({ secret: '' })), NO],
  [
    'without a token',
    forged(
      'bitrix24',
      body((text) => text.replace('application_token', 'token')),
    ),
    NO,
  ],
  [
    'with the token in capitals',
    forged('bitrix24', undefined, () => ({ secret: SECRETS.bitrix24.toUpperCase() })),
    NO,
  ],
  [
    'with a token that only begins right',
    forged('bitrix24', undefined, () => ({ secret: SECRETS.bitrix24.slice(0, -1) })),
    NO,
  ],
  [
    'with the token in a list',
    forged(
      'bitrix24',
      body((text) => text.replace('application_token%5D', 'application_token%5D%5B%5D')),
    ),
    NO,
  ],
  [
    'with the token at the top',
    forged(
      'bitrix24',
      body((text) => text.replace('auth%5Bapplication_token%5D', 'application_token')),
    ),
    NO,
  ],
  [
    'with the token in a header',
    forged('bitrix24', headers({ authorization: `Bearer ${SECRETS.bitrix24}` }), () => ({ secret: OTHER })),
    NO,
  ],
  [
    'with two tokens',
    forged(
      'bitrix24',
      body((text) => `${text}&auth%5Bapplication_token%5D=x`),
    ),
    'request-malformed',
  ],
  ['of this morning', forged('bitrix24', undefined, () => ({ at: HOURS_AGO() })), 'event-too-old'],
  [
    'of no readable time',
    forged(
      'bitrix24',
      body((text) => text.replace(/&ts=\d+/, '&ts=soon')),
    ),
    'event-too-old',
  ],
  [
    'as JSON that is a form',
    forged('bitrix24', headers({ 'content-type': 'application/json' })),
    'request-malformed',
  ],
];

const hubspotSigned = (source: (asked: Asked, timestamp: string) => string) => (asked: Asked) => {
  const timestamp = asked.headers?.['x-hubspot-request-timestamp'] ?? '';
  const digest = createHmac('sha256', SECRETS.hubspot).update(source(asked, timestamp)).digest('base64');
  return headers({ 'x-hubspot-signature-v3': digest })(asked);
};

const HUBSPOT: Forgery[] = [
  ['with another secret', forged('hubspot', undefined, () => ({ secret: OTHER })), NO],
  [
    'with another number',
    forged(
      'hubspot',
      body((text) => text.replace('123-45-00', '123-45-01')),
    ),
    NO,
  ],
  [
    'with a blank more',
    forged(
      'hubspot',
      body((text) => `${text} `),
    ),
    NO,
  ],
  ['signed five minutes ago', forged('hubspot', undefined, () => ({ at: MINUTES_AGO() })), NO],
  ['signed in the future', forged('hubspot', undefined, () => ({ at: MINUTES_AHEAD() })), NO],
  [
    'with a fresh time that was not signed',
    forged('hubspot', headers({ 'x-hubspot-request-timestamp': String(Date.now() + 1) })),
    NO,
  ],
  ['without a time', forged('hubspot', headers({ 'x-hubspot-request-timestamp': undefined })), NO],
  [
    'with a time in seconds',
    forged(
      'hubspot',
      header('x-hubspot-request-timestamp', (ms) => ms.slice(0, 10)),
    ),
    NO,
  ],
  ['without a signature', forged('hubspot', headers({ 'x-hubspot-signature-v3': undefined })), NO],
  [
    'with the signature in hex',
    forged(
      'hubspot',
      header('x-hubspot-signature-v3', (text) => Buffer.from(text, 'base64').toString('hex')),
    ),
    NO,
  ],
  [
    'with a signature without padding',
    forged(
      'hubspot',
      header('x-hubspot-signature-v3', (text) => text.replace('=', '')),
    ),
    NO,
  ],
  [
    'with signature v1 alone',
    forged('hubspot', (asked) =>
      headers({
        'x-hubspot-signature-v3': undefined,
        'x-hubspot-signature-version': 'v1',
        'x-hubspot-signature': createHash('sha256')
          .update(SECRETS.hubspot + asked.body)
          .digest('hex'),
      })(asked),
    ),
    NO,
  ],
  [
    'signed for another URL',
    forged(
      'hubspot',
      hubspotSigned(({ body }, time) => `POSThttps://api.example.com/webhooks/other${body}${time}`),
    ),
    NO,
  ],
  [
    'signed for another host',
    forged(
      'hubspot',
      hubspotSigned(({ url, body }, time) => `POSThttps://evil.example.com${url}${body}${time}`),
    ),
    NO,
  ],
  [
    'signed for GET',
    forged(
      'hubspot',
      hubspotSigned(({ url, body }, time) => `GEThttps://api.example.com${url}${body}${time}`),
    ),
    NO,
  ],
  [
    'signed without its body',
    forged(
      'hubspot',
      hubspotSigned(({ url }, time) => `POSThttps://api.example.com${url}${time}`),
    ),
    NO,
  ],
  [
    'with a query that was not signed',
    forged(
      'hubspot',
      url((path) => `${path}?route=night`),
    ),
    NO,
  ],
  [
    'of this morning, signed now',
    forged('hubspot', undefined, () => ({ body: bodyOf(MAIN.hubspot, { at: HOURS_AGO() }) })),
    'event-too-old',
  ],
];

const KOMMO: Forgery[] = [
  ['with another secret', forged('kommo', undefined, () => ({ secret: OTHER })), NO],
  ['with an empty secret', forged('kommo', undefined, () => ({ secret: '' })), NO],
  [
    'without a secret',
    forged(
      'kommo',
      url((path) => path.replace(/\?.*/, '')),
    ),
    NO,
  ],
  [
    'with two secrets',
    forged(
      'kommo',
      url((path) => `${path}&secret=${OTHER}`),
    ),
    NO,
  ],
  [
    'with the right secret twice',
    forged(
      'kommo',
      url((path) => `${path}&secret=${SECRETS.kommo}`),
    ),
    NO,
  ],
  [
    'with the secret in capitals',
    forged('kommo', undefined, () => ({ secret: SECRETS.kommo.toUpperCase() })),
    NO,
  ],
  ['with a blank after the secret', forged('kommo', undefined, () => ({ secret: `${SECRETS.kommo} ` })), NO],
  [
    'with the secret under another name',
    forged(
      'kommo',
      url((path) => path.replace('secret=', 'Secret=')),
    ),
    NO,
  ],
  [
    'with the secret in the body',
    forged('kommo', (asked) =>
      body((text) => `${text}&secret=${SECRETS.kommo}`)(url((path) => path.replace(/\?.*/, ''))(asked)),
    ),
    NO,
  ],
  [
    'with the secret in a header',
    forged('kommo', (asked) =>
      headers({ authorization: `Bearer ${SECRETS.kommo}` })(url((path) => path.replace(/\?.*/, ''))(asked)),
    ),
    NO,
  ],
  ['of this morning', forged('kommo', undefined, () => ({ at: HOURS_AGO() })), 'event-too-old'],
  [
    'for two contacts at once',
    forged(
      'kommo',
      body(
        (text) =>
          `${text}&${text.replaceAll('add%5D%5B0%5D', 'add%5D%5B1%5D').replaceAll('account', 'more').replace('123-45-00', '123-45-01')}`,
      ),
    ),
    'request-invalid',
  ],
];

const basic = (text: string) => headers({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

const PIPEDRIVE: Forgery[] = [
  ['with another password', forged('pipedrive', undefined, () => ({ secret: OTHER })), NO],
  ['with another user', forged('pipedrive', basic(`root:${SECRETS.pipedrive}`)), NO],
  ['without a user', forged('pipedrive', basic(`:${SECRETS.pipedrive}`)), NO],
  ['without a password', forged('pipedrive', basic('crm:')), NO],
  ['with user and password swapped', forged('pipedrive', basic(`${SECRETS.pipedrive}:crm`)), NO],
  ['with something after the password', forged('pipedrive', basic(`crm:${SECRETS.pipedrive}:x`)), NO],
  ['without credentials', forged('pipedrive', headers({ authorization: undefined })), NO],
  ['with a bearer key', forged('pipedrive', headers({ authorization: `Bearer ${SECRETS.pipedrive}` })), NO],
  [
    'with credentials unencoded',
    forged('pipedrive', headers({ authorization: `Basic crm:${SECRETS.pipedrive}` })),
    NO,
  ],
  [
    'with credentials twice',
    forged(
      'pipedrive',
      header('authorization', (text) => `${text},${text}`),
    ),
    NO,
  ],
  [
    'with credentials in the URL',
    forged('pipedrive', (asked) =>
      url((path) => `${path}?username=crm&secret=${SECRETS.pipedrive}`)(
        headers({ authorization: undefined })(asked),
      ),
    ),
    NO,
  ],
  ['of this morning', forged('pipedrive', undefined, () => ({ at: HOURS_AGO() })), 'event-too-old'],
];

const ZOHO: Forgery[] = [
  ['with another secret', forged('zoho', undefined, () => ({ secret: OTHER })), NO],
  ['with an empty secret', forged('zoho', undefined, () => ({ secret: '' })), NO],
  [
    'without a secret',
    forged(
      'zoho',
      body((text) => text.replace(/&authorization=.*/, '')),
    ),
    NO,
  ],
  [
    'with the secret in capitals',
    forged('zoho', undefined, () => ({ secret: SECRETS.zoho.toUpperCase() })),
    NO,
  ],
  ['with a longer secret', forged('zoho', undefined, () => ({ secret: `${SECRETS.zoho}0` })), NO],
  [
    'with the secret under another name',
    forged(
      'zoho',
      body((text) => text.replace('authorization=', 'token=')),
    ),
    NO,
  ],
  [
    'with the secret in an object',
    forged(
      'zoho',
      body((text) => text.replace('authorization=', 'authorization%5Bx%5D=')),
    ),
    NO,
  ],
  [
    'with a wrong one in the query besides',
    forged(
      'zoho',
      url((path) => `${path}?authorization=${OTHER}`),
    ),
    NO,
  ],
  ['with a wrong one in a header besides', forged('zoho', headers({ authorization: OTHER })), NO],
  [
    'with the secret twice in the form',
    forged(
      'zoho',
      body((text) => `${text}&authorization=x`),
    ),
    'request-malformed',
  ],
  [
    'without a number',
    forged(
      'zoho',
      body((text) => text.replace('tonumber=', 'number=')),
    ),
    'request-invalid',
  ],
];

const STANDARD: Forgery[] = [
  [
    'with another secret',
    forged('standard-webhooks', undefined, () => ({
      secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
    })),
    NO,
  ],
  [
    'with another number',
    forged(
      'standard-webhooks',
      body((text) => text.replace('123-45-00', '123-45-01')),
    ),
    NO,
  ],
  [
    'with another id',
    forged(
      'standard-webhooks',
      header('webhook-id', (id) => `${id}0`),
    ),
    NO,
  ],
  [
    'with another time',
    forged(
      'standard-webhooks',
      header('webhook-timestamp', (time) => String(Number(time) + 1)),
    ),
    NO,
  ],
  ['signed five minutes ago', forged('standard-webhooks', undefined, () => ({ at: MINUTES_AGO() })), NO],
  ['signed in the future', forged('standard-webhooks', undefined, () => ({ at: MINUTES_AHEAD() })), NO],
  ['without an id', forged('standard-webhooks', headers({ 'webhook-id': undefined })), NO],
  ['without a time', forged('standard-webhooks', headers({ 'webhook-timestamp': undefined })), NO],
  ['without a signature', forged('standard-webhooks', headers({ 'webhook-signature': undefined })), NO],
  [
    'with a signature of another kind',
    forged(
      'standard-webhooks',
      header('webhook-signature', (text) => text.replace('v1,', 'v1a,')),
    ),
    NO,
  ],
  [
    'with a signature of no kind',
    forged(
      'standard-webhooks',
      header('webhook-signature', (text) => text.replace('v1,', '')),
    ),
    NO,
  ],
  [
    'with the signature in hex',
    forged(
      'standard-webhooks',
      header('webhook-signature', (text) => `v1,${Buffer.from(text.slice(3), 'base64').toString('hex')}`),
    ),
    NO,
  ],
  [
    'with a time that is no number',
    forged(
      'standard-webhooks',
      header('webhook-timestamp', (time) => `${time}.0`),
    ),
    NO,
  ],
  [
    'of this morning, signed now',
    forged('standard-webhooks', undefined, () => ({
      body: bodyOf('standard-webhooks.json', { at: HOURS_AGO() }),
    })),
    'event-too-old',
  ],
];

const jsonBearer = (authorization: string) => headers({ 'x-signature-256': undefined, authorization });

const JSONS: Forgery[] = [
  ['with another secret', forged('json', undefined, () => ({ secret: OTHER })), NO],
  [
    'with another number',
    forged(
      'json',
      body((text) => text.replace('74951234500', '74951234501')),
    ),
    NO,
  ],
  [
    'with a line break more',
    forged(
      'json',
      body((text) => `${text}\n`),
    ),
    NO,
  ],
  ['without a signature', forged('json', headers({ 'x-signature-256': undefined })), NO],
  [
    'with a signature without its kind',
    forged(
      'json',
      header('x-signature-256', (text) => text.replace('sha256=', '')),
    ),
    NO,
  ],
  [
    'with a signature in capitals',
    forged(
      'json',
      header('x-signature-256', (text) => text.toUpperCase()),
    ),
    NO,
  ],
  [
    'with the signature in base64',
    forged(
      'json',
      header('x-signature-256', (text) => `sha256=${Buffer.from(text.slice(7), 'hex').toString('base64')}`),
    ),
    NO,
  ],
  [
    'with SHA-1',
    forged('json', (asked) =>
      headers({
        'x-signature-256': `sha1=${createHmac('sha1', SECRETS.json).update(String(asked.body)).digest('hex')}`,
      })(asked),
    ),
    NO,
  ],
  [
    'with a plain hash',
    forged('json', (asked) =>
      headers({
        'x-signature-256': `sha256=${createHash('sha256')
          .update(SECRETS.json + asked.body)
          .digest('hex')}`,
      })(asked),
    ),
    NO,
  ],
  ['with another bearer key', forged('json', jsonBearer(`Bearer ${OTHER}`)), NO],
  ['with the key of a caller', forged('json', jsonBearer('Bearer web.fixture-secret-0123456789')), NO],
  ['with an empty bearer key', forged('json', jsonBearer('Bearer ')), NO],
  [
    'with Basic',
    forged('json', jsonBearer(`Basic ${Buffer.from(`crm:${SECRETS.json}`).toString('base64')}`)),
    NO,
  ],
  [
    'with a wrong signature and the right key',
    forged('json', headers({ 'x-signature-256': 'sha256=00', authorization: `Bearer ${SECRETS.json}` })),
    NO,
  ],
  ['of this morning', forged('json', undefined, () => ({ at: HOURS_AGO() })), 'event-too-old'],
];

export const FORGERIES: Record<SourceName, Forgery[]> = {
  bitrix24: [...BITRIX, ...onAny('bitrix24')],
  hubspot: [...HUBSPOT, ...onAny('hubspot')],
  kommo: [...KOMMO, ...onAny('kommo')],
  pipedrive: [...PIPEDRIVE, ...onAny('pipedrive')],
  zoho: [...ZOHO, ...onAny('zoho')],
  'standard-webhooks': [...STANDARD, ...onAny('standard-webhooks')],
  json: [...JSONS, ...onAny('json')],
};
