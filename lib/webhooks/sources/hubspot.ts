import type { HttpRequest } from '../../http/http-request.ts';
import { oneOf } from '../one-of.ts';
import { at, textAt } from '../payload-path.ts';
import { hmacSha256, isFresh, isOneOf } from '../signature.ts';
import type { Reading, Source } from '../source.ts';

const EVENTS = ['contact.propertyChange', 'object.propertyChange'];

/**
 * An app's webhooks (a list of events), the workflow action "Send a webhook" (a contact) and custom workflow actions.
 * Signature v3: https://developers.hubspot.com/docs/api/webhooks/validating-requests
 * Payloads: https://developers.hubspot.com/docs/api/webhooks, …/docs/api/automation/custom-workflow-actions
 */
export const hubspot: Source = {
  proof:
    'X-HubSpot-Signature-v3 and X-HubSpot-Request-Timestamp, made with the client secret of the app no more than five minutes ago; "url" of the settings is the URL that HubSpot calls',
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
    const agent = input('agent');
    const id = textAt(contact, 'vid') ?? textAt(contact, 'objectId') ?? property('hs_object_id');
    const modified = property('lastmodifieddate');
    return {
      call: true,
      fields: { to, ...(agent !== undefined && { agent }) },
      user: property('hubspot_owner_id'),
      key: textAt(payload, 'callbackId') ?? (id && modified ? `contact.${id}.${modified}.${to}` : undefined),
    };
  },
};

/** Up to a hundred events come at once; of those that we want, all must mean the same call. */
function readEvents(payload: unknown[], wanted: readonly string[], phoneField = 'phone'): Reading {
  const calls = payload.flatMap((event) => {
    const type = textAt(event, 'subscriptionType') ?? '';
    const to = textAt(event, 'propertyValue');
    if (!wanted.includes(type) || (at(event, 'propertyName') ?? phoneField) !== phoneField) return [];
    const time = at(event, 'occurredAt');
    const key = [type, textAt(event, 'objectId'), time, to].join('.');
    return { call: true as const, fields: { to }, key, time };
  });
  return oneOf(calls);
}

/** Escapes that HubSpot undoes before it signs, by the table of its documentation; all others stay. */
const signedUri = (url: string): string =>
  url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, decodeURIComponent);

/**
 * What may have been called, as far as API Gateway tells: escapes and the order of the query may get lost, and the stage
 * of an API is in the path or not, depending on the domain.
 */
function calledUrls({ headers, path, writtenPath, query }: HttpRequest): string[] {
  const pairs = query.map((pair) => pair.map(encodeURIComponent).join('='));
  const rest = pairs.length > 0 ? `?${pairs.join('&')}` : '';
  return [...new Set([writtenPath, path])].map((each) => `https://${headers['host'] ?? ''}${each}${rest}`);
}
