import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hubspot } from '../../lib/webhooks/sources/hubspot.ts';
import { eventOf } from '../support/http/door.ts';
import { readHttpRequest } from '../support/http/read-request.ts';
import { parsedHook } from '../support/webhooks/reading.ts';
import { SECRETS } from '../support/webhooks/settings.ts';

const NOW = 1_763_900_000;
const BODY = '{"example_field":"example_value"}';

/** `signed` is the URI as HubSpot puts it into the string that it signs, `called` what stands in the request line. */
function verify(signed: string, called: string, url?: string, stage?: string): boolean {
  const timestamp = String(NOW * 1000);
  const event = eventOf({
    method: 'POST',
    url: called,
    headers: {
      host: 'www.example.com',
      'content-type': 'application/json',
      'x-hubspot-request-timestamp': timestamp,
      'x-hubspot-signature-v3': createHmac('sha256', SECRETS.hubspot)
        .update(`POST${signed}${BODY}${timestamp}`)
        .digest('base64'),
    },
    body: BODY,
  });
  if (stage !== undefined) Object.assign(event.requestContext, { stage });
  const request = readHttpRequest(event);
  return hubspot.verify({ request, payload: {}, now: NOW }, parsedHook('hubspot', url ? { url } : {}));
}

describe('The signature of HubSpot', () => {
  // HubSpot publishes no signature of version 3; this one is openssl's.
  it('is what another tool makes of the documented example', () => {
    const request = readHttpRequest(
      eventOf({
        method: 'POST',
        url: '/webhook_uri',
        headers: {
          host: 'www.example.com',
          'content-type': 'application/json',
          'x-hubspot-request-timestamp': '1763900000000',
          'x-hubspot-signature-v3': 'JFbwY+IpDbWddsb9fUcyRT6WIdBLNrrwM/GEoa+6cQw=',
        },
        body: BODY,
      }),
    );
    expect(hubspot.verify({ request, payload: {}, now: NOW }, parsedHook('hubspot'))).toBe(true);
  });

  it('covers the documented example: method, URI, body and time, with the client secret', () => {
    expect(verify('https://www.example.com/webhook_uri', '/webhook_uri')).toBe(true);
  });

  it.each([
    ['%3A', ':'],
    ['%2F', '/'],
    ['%3F', '?'],
    ['%40', '@'],
    ['%21', '!'],
    ['%24', '$'],
    ['%27', "'"],
    ['%28', '('],
    ['%29', ')'],
    ['%2A', '*'],
    ['%2C', ','],
    ['%3B', ';'],
  ])('is made over a URI in which %s is %s', (escaped, plain) => {
    const uri = (text: string) => `https://www.example.com/webhook_uri?a=x${text}y&b=2`;
    expect(verify(uri(plain), `/webhook_uri?a=x${escaped}y&b=2`)).toBe(true);
    expect(verify(uri(plain), `/webhook_uri?a=x${escaped.toLowerCase()}y&b=2`)).toBe(true);
    expect(verify(uri(plain), '/somewhere', uri(escaped))).toBe(true);
    expect(verify(uri(escaped), `/webhook_uri?a=x${escaped}y&b=2`)).toBe(false);
  });

  it.each(['%20', '%26', '%3D', '%25', '%D0%98', '%2B', '%23'])('keeps %s as it is', (escaped) => {
    const uri = `https://www.example.com/webhook_uri?a=x${escaped}y`;
    expect(verify(uri, `/webhook_uri?a=x${escaped}y`)).toBe(true);
    expect(verify(uri, '/somewhere', uri)).toBe(true);
  });

  it('is for the URL of the settings, where a proxy changes what arrives', () => {
    const url = 'https://crm.example.com/hooks/hubspot';
    expect(verify(url, '/prod/webhooks/hubspot', url)).toBe(true);
    expect(verify('https://www.example.com/prod/webhooks/hubspot', '/prod/webhooks/hubspot', url)).toBe(
      false,
    );
  });

  it('is for the URL with the stage of an API, or without', () => {
    const bare = 'https://www.example.com/webhooks/hubspot';
    const staged = 'https://www.example.com/prod/webhooks/hubspot';
    const called = '/prod/webhooks/hubspot';
    expect(verify(staged, called, undefined, 'prod')).toBe(true);
    expect(verify(bare, called, undefined, 'prod')).toBe(true);
    expect(verify(`${staged}?a=1`, `${called}?a=1`, undefined, 'prod')).toBe(true);
    expect(verify('https://www.example.com/dev/webhooks/hubspot', called, undefined, 'prod')).toBe(false);
    // What the settings say is the only one.
    expect(verify(bare, called, staged, 'prod')).toBe(false);
  });
});
