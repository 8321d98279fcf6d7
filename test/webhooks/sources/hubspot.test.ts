import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { eventOf } from '../../support/http/callback-function.ts';
import { readHttpRequest } from '../../support/http/read-request.ts';
import { isVerified } from '../../support/webhooks/reading.ts';
import { SECRETS } from '../../support/webhooks/settings.ts';

const NOW = 1_763_900_000;
const BODY = '{"example_field":"example_value"}';

const signatureOf = (signed: string, timestamp: string): string =>
  createHmac('sha256', SECRETS.hubspot).update(`POST${signed}${BODY}${timestamp}`).digest('base64');

/** @param signed The URI in the string that HubSpot signs. @param called The URL in the request line. */
function verify(signed: string, called: string, url?: string, stage?: string): boolean {
  const timestamp = String(NOW * 1000);
  const event = eventOf({
    method: 'POST',
    url: called,
    headers: {
      host: 'www.example.com',
      'content-type': 'application/json',
      'x-hubspot-request-timestamp': timestamp,
      'x-hubspot-signature-v3': signatureOf(signed, timestamp),
    },
    body: BODY,
  });
  if (stage !== undefined) Object.assign(event.requestContext, { stage });
  const request = readHttpRequest(event);
  return isVerified('hubspot', request, { now: NOW, ...(url && { changes: { url } }) });
}

describe('The source hubspot', () => {
  // HubSpot's documentation has no signature of version 3 to compare with. openssl made this one.
  it('accepts the signature that openssl makes of the documented example', () => {
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
    expect(isVerified('hubspot', request, { now: NOW })).toBe(true);
  });

  it('accepts a signature over method, URI, body and time, made with the client secret', () => {
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
  ])('accepts a signature over a URI in which %s is written as %s', (escaped, plain) => {
    const uri = (text: string) => `https://www.example.com/webhook_uri?a=x${text}y&b=2`;
    expect(verify(uri(plain), `/webhook_uri?a=x${escaped}y&b=2`)).toBe(true);
    expect(verify(uri(plain), `/webhook_uri?a=x${escaped.toLowerCase()}y&b=2`)).toBe(true);
    expect(verify(uri(plain), '/somewhere', uri(escaped))).toBe(true);
    expect(verify(uri(escaped), `/webhook_uri?a=x${escaped}y&b=2`)).toBe(false);
  });

  it.each(['%20', '%26', '%3D', '%25', '%D0%98', '%2B', '%23'])(
    'leaves the escape %s in the signed URI',
    (escaped) => {
      const uri = `https://www.example.com/webhook_uri?a=x${escaped}y`;
      expect(verify(uri, `/webhook_uri?a=x${escaped}y`)).toBe(true);
      expect(verify(uri, '/somewhere', uri)).toBe(true);
    },
  );

  it('expects a signature for "url" of the settings, if a proxy changes what arrives', () => {
    const url = 'https://crm.example.com/hooks/hubspot';
    expect(verify(url, '/prod/webhooks/hubspot', url)).toBe(true);
    expect(verify('https://www.example.com/prod/webhooks/hubspot', '/prod/webhooks/hubspot', url)).toBe(
      false,
    );
  });

  it('accepts a signature for the URL with the stage of an API and without', () => {
    const bare = 'https://www.example.com/webhooks/hubspot';
    const staged = 'https://www.example.com/prod/webhooks/hubspot';
    const called = '/prod/webhooks/hubspot';
    expect(verify(staged, called, undefined, 'prod')).toBe(true);
    expect(verify(bare, called, undefined, 'prod')).toBe(true);
    expect(verify(`${staged}?a=1`, `${called}?a=1`, undefined, 'prod')).toBe(true);
    expect(verify('https://www.example.com/dev/webhooks/hubspot', called, undefined, 'prod')).toBe(false);
    // With "url" in the settings, no other URL is accepted.
    expect(verify(bare, called, staged, 'prod')).toBe(false);
  });

  const WRITTEN = [
    ...[
      'token=YWJjZA==',
      'token=a=b&x',
      'a&b&a',
      'x=1&&y=2',
      'b=2&a=1',
      'q=a+b',
      'q=a%20b',
      'n=%d0%98',
      "n='(!)*'",
    ],
    ...['empty=', '=value', 'list[]=1&list[]=2', 'path=a/b?c', 'mail=a@b.example', 'json={"a":1}'],
  ];

  it.each(WRITTEN)('accepts a signature over the query as it was sent to an HTTP API: %s', (query) => {
    expect(verify(`https://www.example.com/hook?${query}`, `/hook?${query}`)).toBe(true);
    expect(verify(`https://www.example.com/hook?${query}x`, `/hook?${query}`)).toBe(false);
  });

  it.each([
    ['token=YWJjZA==', { token: ['YWJjZA=='] }],
    ['token=YWJjZA%3D%3D', { token: ['YWJjZA=='] }],
    ['a=1&b=2', { a: ['1'], b: ['2'] }],
    ['mail=a%40b.example', { mail: ['a@b.example'] }],
  ])('accepts a signature over the query %s, which a REST API reports decoded', (query, values) => {
    const timestamp = String(NOW * 1000);
    const signed = `https://www.example.com/hook?${query.replace('%40', '@')}`;
    const request = readHttpRequest({
      httpMethod: 'POST',
      path: '/hook',
      headers: {
        Host: 'www.example.com',
        'X-HubSpot-Request-Timestamp': timestamp,
        'X-HubSpot-Signature-v3': signatureOf(signed, timestamp),
      },
      multiValueQueryStringParameters: values,
      requestContext: { path: '/hook', identity: { sourceIp: '203.0.113.7' } },
      body: BODY,
    });
    expect(isVerified('hubspot', request, { now: NOW })).toBe(true);
  });

  it.each([
    ['token=YWJjZA==', { token: 'YWJjZA==' }],
    ['q=a%20b', { q: 'a%20b' }],
  ])('accepts a signature over the query %s as a load balancer passes it on', (query, values) => {
    const timestamp = String(NOW * 1000);
    const request = readHttpRequest({
      httpMethod: 'POST',
      path: '/hook',
      headers: {
        host: 'www.example.com',
        'x-hubspot-request-timestamp': timestamp,
        'x-hubspot-signature-v3': signatureOf(`https://www.example.com/hook?${query}`, timestamp),
      },
      queryStringParameters: values,
      requestContext: { elb: { targetGroupArn: 'arn' } },
      body: BODY,
    });
    expect(isVerified('hubspot', request, { now: NOW })).toBe(true);
  });
});
