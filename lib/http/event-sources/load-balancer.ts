import { STATUS_CODES } from 'node:http';
import { isIP } from 'node:net';
import { isObject } from '../../shared/is-object.ts';
import type { HttpEvent } from '../http-request.ts';
import type { HttpResponse } from '../http-response.ts';
import { bodyOf, type Fields, headersOf, joinQuery, valuesOf } from './event-fields.ts';

/**
 * Reads an event of a load balancer, which is like that of a REST API, with `elb` in its context. The query is still encoded.
 * Without multi-value headers, the load balancer keeps the last value of a repeated name and drops the others. Returns undefined
 * for any other event.
 */
export function readLoadBalancer(event: Fields): HttpEvent | undefined {
  const { httpMethod: method, path, requestContext: context } = event;
  if (typeof method !== 'string' || typeof path !== 'string') return undefined;
  if (!isObject(context) || !('elb' in context)) return undefined;
  const headers = headersOf(valuesOf(event['multiValueHeaders'], event['headers']));
  const request = {
    method,
    path,
    writtenPath: path,
    rawQuery: joinQuery(valuesOf(event['multiValueQueryStringParameters'], event['queryStringParameters'])),
    headers,
    body: bodyOf(event),
    sourceIp: peerOf(headers['x-forwarded-for'] ?? ''),
    principal: undefined,
  };
  return { request, respond: (response) => toLoadBalancer(event, response) };
}

/**
 * Returns the last entry, or '' if that entry is not an address. The load balancer appends the address of its client, perhaps
 * with a port. The client may have written the other entries.
 *
 * With `routing.http.xff_header_processing.mode` set to `preserve` the load balancer appends nothing, and nothing in the
 * event shows that. docs/api.md warns of it.
 */
function peerOf(forwardedFor: string): string {
  const peer = forwardedFor.split(',').at(-1)?.trim() ?? '';
  const [, v4, v6] = /^(?:([\d.]+):\d+|\[([\da-f:.]+)\](?::\d+)?)$/i.exec(peer) ?? [];
  const address = v4 ?? v6 ?? peer;
  return isIP(address) === 0 ? '' : address;
}

/** Adds what only a load balancer expects: the reason phrase, and lists of headers for a multi-value target group. */
function toLoadBalancer(event: Fields, response: HttpResponse): HttpResponse {
  const { statusCode, headers } = response;
  const described = { ...response, statusDescription: `${statusCode} ${STATUS_CODES[statusCode] ?? ''}` };
  if (!event['multiValueHeaders']) return described;
  const multiValueHeaders = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return { ...described, multiValueHeaders: Object.fromEntries(multiValueHeaders) };
}
