import * as z from 'zod/mini';
import type { HttpRequest } from '../../http/http-request.ts';
import { text, textThat } from '../../settings/schema-parts.ts';
import { hmacSha256, isFresh, isOneOf } from '../check-signature.ts';
import { defineSource, eventNames, sourceSettings } from '../define-source.ts';
import { at, textAt } from '../payload-path.ts';
import { type Reading, recordName, singleCall } from '../reading.ts';

const EVENTS = ['contact.propertyChange', 'object.propertyChange'];

const calledUrl = textThat(
  (value) => URL.parse(value)?.protocol === 'https:',
  'the URL that the sender calls, such as "https://api.example.com/webhooks/crm"',
);

/**
 * An app's webhooks (a list of events), the workflow action "Send a webhook" (a contact) and custom workflow actions.
 * Signature v3: https://developers.hubspot.com/docs/api/webhooks/validating-requests
 * Payloads: https://developers.hubspot.com/docs/api/webhooks, …/docs/api/automation/custom-workflow-actions
 */
export const hubspot = defineSource({
  settings: sourceSettings({
    events: eventNames(
      /^[a-z_]+\.propertyChange$/,
      'a subscription to a property such as "contact.propertyChange"',
    ),
    url: z.exactOptional(calledUrl),
    phoneField: z.exactOptional(text('the name of the property that holds the number')),
  }),
  proof:
    'X-HubSpot-Signature-v3 and X-HubSpot-Request-Timestamp, made with the client secret of the app no more than five minutes ago. "url" of the settings is the URL that HubSpot calls',
  ofRecords: true,
  repeatsLate: true,

  verify({ request, now }, { secret, url }) {
    const { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp = '' } =
      request.headers;
    if (!/^\d{13}$/.test(timestamp) || !isFresh(Number(timestamp) / 1000, now)) return false;
    const expected = (url === undefined ? calledUrls(request) : [url]).flatMap((called) => {
      const parts = [request.method, signedUri(called), request.body, timestamp];
      return secret.map((each) => hmacSha256(each, parts, 'base64'));
    });
    return isOneOf(signature, expected);
  },

  read({ payload }, settings) {
    if (Array.isArray(payload)) return readEvents(payload, settings.events ?? EVENTS, settings.phoneField);
    const contact = at(payload, 'object') ?? payload;
    const property = (name: string) =>
      textAt(contact, 'properties', name, 'value') ??
      textAt(contact, 'properties', name) ??
      textAt(payload, name);
    const input = (name: string) => textAt(payload, 'inputFields', name);
    const to =
      input('to') ??
      input('phone') ??
      (settings.phoneField ? property(settings.phoneField) : (property('phone') ?? property('mobilephone')));
    const id = textAt(contact, 'vid') ?? textAt(contact, 'objectId') ?? property('hs_object_id');
    const modified = property('lastmodifieddate');
    return {
      call: true,
      fields: { to, agent: input('agent') },
      user: property('hubspot_owner_id'),
      key: textAt(payload, 'callbackId') ?? (id && modified ? `contact.${id}.${modified}.${to}` : undefined),
      record: recordName(textAt(contact, 'objectType') ?? 'contact', id, to),
    };
  },
});

/** HubSpot sends up to a hundred events at once. All listed events must request the same call. */
function readEvents(payload: unknown[], listed: readonly string[], phoneField = 'phone'): Reading {
  const calls = payload.flatMap((event) => {
    const type = textAt(event, 'subscriptionType') ?? '';
    const to = textAt(event, 'propertyValue');
    if (!listed.includes(type) || (at(event, 'propertyName') ?? phoneField) !== phoneField) return [];
    const time = at(event, 'occurredAt');
    const id = textAt(event, 'objectId');
    const key = [type, id, time, to].join('.');
    const record = recordName(type.split('.')[0], id, to);
    return { call: true as const, fields: { to }, key, time, record };
  });
  return singleCall(calls);
}

/** Decodes the same escapes that HubSpot decodes before it signs (a table in its documentation). Other escapes stay. */
const signedUri = (url: string): string =>
  url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, decodeURIComponent);

/**
 * Returns the URLs that HubSpot may have called. On AWS's own domain, the path may contain the stage of the API. A REST API
 * decodes the query, so HubSpot may have sent a `=` in a value as `=` or as `%3D`.
 */
function calledUrls({ headers, path, writtenPath, rawQuery }: HttpRequest): string[] {
  const queries = rawQuery === '' ? [''] : [`?${rawQuery}`, `?${rawQuery.replaceAll('%3D', '=')}`];
  const urls = [writtenPath, path].flatMap((each) =>
    queries.map((query) => `https://${headers['host'] ?? ''}${each}${query}`),
  );
  return [...new Set(urls)];
}
