import type { HttpResponse } from './http-response.ts';
import type { Pairs } from './query.ts';

/** One HTTP request. It looks the same from an HTTP API, a REST API, a function URL and a load balancer. */
export interface HttpRequest {
  method: string;
  /** Path without the stage. The base path of a custom domain is still part of it. */
  path: string;
  /** Path as the client sent it, with stage and base path. */
  writtenPath: string;
  /** The encoded query. A REST API decodes the query, so the query of a REST API is encoded again. */
  rawQuery: string;
  /**
   * Decoded pairs. A name may repeat. The list is empty until the endpoint is found. A REST API and a load balancer do not keep
   * the order of different names.
   */
  query: Pairs;
  /** Names in lower case. Values of a repeated header are joined with a comma. */
  headers: Record<string, string>;
  body: Buffer;
  /** The address that opened the connection, or '' if the event does not prove it. */
  sourceIp: string;
  /** ARN of a caller that AWS authenticated. */
  principal: string | undefined;
}

/** An HTTP request, as one AWS service sends it. */
export interface HttpEvent {
  request: Omit<HttpRequest, 'query'>;
  /** When the request reached AWS, in milliseconds since 1970. Undefined if the event does not say it. */
  requestedAt?: number | undefined;
  /** Writes the response in the form of the service. Left out if the service takes the response unchanged. */
  respond?: (response: HttpResponse) => HttpResponse;
}
