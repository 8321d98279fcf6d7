import type { HttpEvent } from '../http-request.ts';
import { fieldsOf } from './event-fields.ts';
import { readHttpApi } from './http-api.ts';
import { readLoadBalancer } from './load-balancer.ts';
import { readRestApi } from './rest-api.ts';

/** Returns the request in an event, or undefined if the event is not an HTTP request. */
export function readHttpEvent(event: unknown): HttpEvent | undefined {
  const fields = fieldsOf(event);
  return readHttpApi(fields) ?? readLoadBalancer(fields) ?? readRestApi(fields);
}
