import { STATUS_CODES } from 'node:http';
import { isIP } from 'node:net';
import type { HttpRequest } from '../http-request.ts';
import type { HttpResponse } from '../http-response.ts';
import { bodyOf, headersOf, valuesOf } from './event-fields.ts';
import { isRestApi, type RestApiEvent } from './rest-api.ts';

/** Returns whether a load balancer sent an event. The event is like that of a REST API, with `elb` in its context. */
export const isLoadBalancer = (event: unknown): event is RestApiEvent =>
  isRestApi(event) && 'elb' in event.requestContext;

/**
 * Reads a request. A load balancer passes on the encoded query. Without multi-value headers, the load balancer keeps the last
 * value of a repeated name and drops the others.
 */
export function readLoadBalancer(event: RestApiEvent): Omit<HttpRequest, 'query'> {
  const headers = headersOf(valuesOf(event['multiValueHeaders'], event['headers']));
  const query = valuesOf(event['multiValueQueryStringParameters'], event['queryStringParameters']);
  return {
    method: event.httpMethod,
    path: event.path,
    writtenPath: event.path,
    rawQuery: Object.entries(query)
      .flatMap(([name, list]) => list.map((value) => `${name}=${value}`))
      .join('&'),
    headers,
    body: bodyOf(event),
    sourceIp: peerOf(headers['x-forwarded-for'] ?? ''),
    principal: undefined,
  };
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
export function toLoadBalancer(event: RestApiEvent, response: HttpResponse): HttpResponse {
  const { statusCode, headers } = response;
  const described = { ...response, statusDescription: `${statusCode} ${STATUS_CODES[statusCode] ?? ''}` };
  if (!event['multiValueHeaders']) return described;
  const multiValueHeaders = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return { ...described, multiValueHeaders: Object.fromEntries(multiValueHeaders) };
}
