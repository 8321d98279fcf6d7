import { readHttpEvent } from '../../../lib/http/event-sources/event-source.ts';
import type { HttpRequest } from '../../../lib/http/http-request.ts';
import { parseQuery } from '../../../lib/http/query.ts';

/** Reads the request in an event, its query decoded. */
export function readHttpRequest(event: unknown): HttpRequest {
  const source = readHttpEvent(event);
  if (!source) throw new TypeError('The event is not an HTTP request');
  return { ...source.request, query: parseQuery(source.request.rawQuery) };
}
