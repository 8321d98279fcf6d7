import type { HttpRequest } from '../http-request.ts';
import type { HttpResponse } from '../http-response.ts';
import { isHttpApi, readHttpApi } from './http-api.ts';
import { isLoadBalancer, readLoadBalancer, toLoadBalancer } from './load-balancer.ts';
import { isRestApi, readRestApi } from './rest-api.ts';

/** Reads the events of one AWS service and writes the response that the service expects. */
export interface EventSource {
  /** The request, its query not yet decoded. */
  request: Omit<HttpRequest, 'query'>;
  respond: (response: HttpResponse) => HttpResponse;
}

const unchanged = (response: HttpResponse): HttpResponse => response;

/** Returns the request in an event, or undefined if the event is not an HTTP request. */
export function readHttpEvent(event: unknown): EventSource | undefined {
  if (isHttpApi(event)) return { request: readHttpApi(event), respond: unchanged };
  if (isLoadBalancer(event)) {
    return { request: readLoadBalancer(event), respond: (response) => toLoadBalancer(event, response) };
  }
  if (isRestApi(event)) return { request: readRestApi(event), respond: unchanged };
  return undefined;
}
