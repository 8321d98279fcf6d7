import type { HttpRequest } from '../http-request.ts';
import type { HttpResponse } from '../http-response.ts';
import { isHttpApi, readHttpApi } from './http-api.ts';
import { isLoadBalancer, readLoadBalancer, toLoadBalancer } from './load-balancer.ts';
import { isRestApi, readRestApi } from './rest-api.ts';

/** Reads the events of one AWS service and writes the response that the service expects. */
export interface EventSource {
  /** The request, its query not yet decoded. */
  request: Omit<HttpRequest, 'query'>;
  /** When the request reached AWS, in milliseconds since 1970. Undefined if the event does not say it. */
  requestedAt?: number | undefined;
  respond: (response: HttpResponse) => HttpResponse;
}

const unchanged = (response: HttpResponse): HttpResponse => response;

/** Returns the request in an event, or undefined if the event is not an HTTP request. */
export function readHttpEvent(event: unknown): EventSource | undefined {
  if (isHttpApi(event)) {
    const requestedAt = timeOf(event.requestContext['timeEpoch']);
    return { request: readHttpApi(event), requestedAt, respond: unchanged };
  }
  if (isLoadBalancer(event)) {
    return { request: readLoadBalancer(event), respond: (response) => toLoadBalancer(event, response) };
  }
  if (isRestApi(event)) {
    const requestedAt = timeOf(event.requestContext['requestTimeEpoch']);
    return { request: readRestApi(event), requestedAt, respond: unchanged };
  }
  return undefined;
}

const timeOf = (written: unknown): number | undefined =>
  typeof written === 'number' && Number.isFinite(written) ? written : undefined;
