import { STATUS_CODES } from 'node:http';
import type { CallbackError } from '../calls/callback-error.ts';
import { type HttpEvent, isAlb } from './event-reader.ts';
import { problemOf } from './problem.ts';

/** What every door answers; API Gateway, function URLs and load balancers all understand it. */
export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: false;
  /** Load balancers alone: the status with its words, and the headers where a target group has multi-value ones. */
  statusDescription?: string;
  multiValueHeaders?: Record<string, string[]>;
}

// A reply belongs to one caller and one moment, and is data for programs.
const ALWAYS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000',
};

/** For what may be sent again as it is. */
const RETRY_AFTER_SECONDS = '5';

export function jsonResponse(
  statusCode: number,
  value: unknown,
  headers: Record<string, string> = {},
): HttpResponse {
  return {
    statusCode,
    headers: { ...ALWAYS, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
    isBase64Encoded: false,
  };
}

export const emptyResponse = (statusCode: number, headers: Record<string, string> = {}): HttpResponse => ({
  statusCode,
  headers: { ...ALWAYS, ...headers },
  body: '',
  isBase64Encoded: false,
});

export function problemResponse(error: CallbackError, requestId: string): HttpResponse {
  const problem = problemOf(error, requestId);
  return jsonResponse(problem.status, problem, {
    'content-type': 'application/problem+json',
    ...(problem.status === 401 && { 'www-authenticate': 'Bearer realm="asterisk-callback"' }),
    ...(problem.retryable && { 'retry-after': RETRY_AFTER_SECONDS }),
    ...error.headers,
  });
}

/** The answer in the words of who asked: API Gateway and function URLs refuse what a load balancer wants besides. */
export function answerTo(event: HttpEvent, response: HttpResponse): HttpResponse {
  if (!isAlb(event)) return response;
  const { statusCode, headers } = response;
  const told = { ...response, statusDescription: `${statusCode} ${STATUS_CODES[statusCode] ?? ''}` };
  if (!event.multiValueHeaders) return told;
  const listed = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return { ...told, multiValueHeaders: Object.fromEntries(listed) };
}
