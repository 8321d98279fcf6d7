import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Asked } from '../http/callback-function.ts';
import { bodyOf, type Filling, freshId, typeOf } from './fixtures.ts';
import { SECRETS, type SourceName } from './settings.ts';

/** Differences from what an honest sender sends. */
export interface Sending extends Filling {
  /** The webhook in the URL. @default the name of the source */
  name?: string;
  secret?: string;
  /** Replaces the body of the fixture before it is signed. */
  body?: string;
}

type Send = (fixture: string, sending?: Sending) => Asked;

const HOST = 'api.example.com';

const post = (source: SourceName, fixture: string, sending: Sending): Asked & { body: string } => ({
  method: 'POST',
  url: `/webhooks/${sending.name ?? source}`,
  headers: { host: HOST, ...typeOf(fixture) },
  body: sending.body ?? bodyOf(fixture, sending),
});

const withHeaders = (asked: Asked, headers: Record<string, string>): Asked => ({
  ...asked,
  headers: { ...asked.headers, ...headers },
});

/** Signs as the documentation of each vendor says, independently of the code under test. */
export const send: Record<SourceName, Send> = {
  bitrix24(fixture, sending = {}) {
    const asked = post('bitrix24', fixture, sending);
    return { ...asked, body: asked.body.replace(SECRETS.bitrix24, sending.secret ?? SECRETS.bitrix24) };
  },
  hubspot(fixture, { at = Date.now() / 1000, secret = SECRETS.hubspot, ...sending } = {}) {
    const asked = post('hubspot', fixture, { ...sending, at });
    const timestamp = String(Math.floor(at * 1000));
    const source = `POSThttps://${HOST}${asked.url}${asked.body}${timestamp}`;
    return withHeaders(asked, {
      'x-hubspot-request-timestamp': timestamp,
      'x-hubspot-signature-version': 'v3',
      'x-hubspot-signature-v3': createHmac('sha256', secret).update(source, 'utf8').digest('base64'),
    });
  },
  kommo(fixture, { secret = SECRETS.kommo, ...sending } = {}) {
    const asked = post('kommo', fixture, sending);
    return { ...asked, url: `${asked.url}?secret=${encodeURIComponent(secret)}` };
  },
  pipedrive(fixture, { secret = SECRETS.pipedrive, ...sending } = {}) {
    const credentials = Buffer.from(`crm:${secret}`).toString('base64');
    return withHeaders(post('pipedrive', fixture, sending), { authorization: `Basic ${credentials}` });
  },
  zoho(fixture, sending = {}) {
    const asked = post('zoho', fixture, sending);
    return { ...asked, body: asked.body.replace(SECRETS.zoho, sending.secret ?? SECRETS.zoho) };
  },
  'standard-webhooks'(
    fixture,
    { at = Date.now() / 1000, secret = SECRETS['standard-webhooks'], ...sending } = {},
  ) {
    const asked = post('standard-webhooks', fixture, { ...sending, at });
    const id = `msg_${sending.id ?? freshId()}`;
    return withHeaders(asked, {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at)),
      'webhook-signature': new Webhook(secret).sign(id, new Date(at * 1000), asked.body),
    });
  },
  json(fixture, { secret = SECRETS.json, ...sending } = {}) {
    const asked = post('json', fixture, sending);
    const digest = createHmac('sha256', secret).update(asked.body).digest('hex');
    return withHeaders(asked, { 'x-signature-256': `sha256=${digest}` });
  },
};

/** One event of each source. */
export const MAIN: Record<SourceName, string> = {
  bitrix24: 'bitrix24-call-start.form',
  hubspot: 'hubspot-property-change.json',
  kommo: 'kommo-contact-add.form',
  pipedrive: 'pipedrive-v2-person.json',
  zoho: 'zoho-click-to-dial.form',
  'standard-webhooks': 'standard-webhooks.json',
  json: 'json.json',
};

export const SOURCES = Object.keys(MAIN) as SourceName[];
