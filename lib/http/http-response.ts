import type { PlacedCallback } from '../calls/callback.ts';
import type { CallbackError } from '../problems/callback-error.ts';
import { problemOf } from '../problems/problem-object.ts';

/** A response that API Gateway, function URLs and load balancers all understand. */
export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: false;
  /** The status and its reason phrase, for a load balancer. */
  statusDescription?: string;
  /** For a load balancer whose target group has multi-value headers. */
  multiValueHeaders?: Record<string, string[]>;
}

// No cache may keep a response, because it is for one caller at one moment. A browser must not show the data as a page.
const ALWAYS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000',
};

/** The default `Retry-After` of a retryable problem. */
const RETRY_AFTER_SECONDS = '5';

export const emptyResponse = (statusCode: number, headers: Record<string, string> = {}): HttpResponse => ({
  statusCode,
  headers: { ...ALWAYS, ...headers },
  body: '',
  isBase64Encoded: false,
});

export const jsonResponse = (
  statusCode: number,
  value: unknown,
  headers: Record<string, string> = {},
): HttpResponse => ({
  ...emptyResponse(statusCode, { 'content-type': 'application/json', ...headers }),
  body: JSON.stringify(value),
});

export function problemResponse(error: CallbackError, requestId: string, basePath?: string): HttpResponse {
  const problem = problemOf(error, requestId, basePath);
  return jsonResponse(problem.status, problem, {
    'content-type': 'application/problem+json',
    ...(problem.status === 401 && { 'www-authenticate': 'Bearer realm="asterisk-callback"' }),
    ...(problem.retryable && { 'retry-after': RETRY_AFTER_SECONDS }),
    ...error.headers,
  });
}

/** Returns the response to a request for a callback: 202 if it waits in a line. */
export function placedResponse(
  { callback, replayed, alreadyOpen }: PlacedCallback,
  basePath: string,
): HttpResponse {
  const status = callback.line === undefined ? 201 : alreadyOpen ? 200 : 202;
  return jsonResponse(status, callback, {
    location: `${basePath}/callbacks/${callback.id}`,
    ...(alreadyOpen && { 'already-open': 'true' }),
    ...(replayed && { 'idempotent-replayed': 'true' }),
  });
}
