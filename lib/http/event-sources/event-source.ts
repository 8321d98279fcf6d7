import type { HttpRequest } from '../http-request.ts';
import type { HttpResponse } from '../http-response.ts';
import { isHttpApi, readHttpApi } from './http-api.ts';
import { isLoadBalancer, readLoadBalancer, toLoadBalancer } from './load-balancer.ts';
import { isRestApi, readRestApi } from './rest-api.ts';

/** An HTTP request, as one AWS service sends it. */
export interface EventSource {
  request: Omit<HttpRequest, 'query'>;
  /** When the request reached AWS, in milliseconds since 1970. Undefined if the event does not say it. */
  requestedAt?: number | undefined;
  /** Writes the response in the form of the service. Left out if the service takes the response unchanged. */
  respond?: (response: HttpResponse) => HttpResponse;
}

/** Returns the request in an event, or undefined if the event is not an HTTP request. */
export function readHttpEvent(event: unknown): EventSource | undefined {
  if (isHttpApi(event)) {
    const requestedAt = timeOf(event.requestContext['timeEpoch']);
    return { request: readHttpApi(event), requestedAt };
  }
  if (isLoadBalancer(event)) {
    return { request: readLoadBalancer(event), respond: (response) => toLoadBalancer(event, response) };
  }
  if (isRestApi(event)) {
    const requestedAt = timeOf(event.requestContext['requestTimeEpoch']);
    return { request: readRestApi(event), requestedAt };
  }
  return undefined;
}

const timeOf = (written: unknown): number | undefined =>
  typeof written === 'number' && Number.isFinite(written) ? written : undefined;
