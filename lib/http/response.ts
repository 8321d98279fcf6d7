import type { ProblemError } from './problem.ts';

/** What every door answers; API Gateway, function URLs and load balancers all understand it. */
export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: false;
}

// A reply belongs to one caller and one moment, and is data for programs.
const ALWAYS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000',
};

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

export function problemResponse(error: ProblemError, requestId: string): HttpResponse {
  const problem = error.toProblem(requestId);
  return jsonResponse(problem.status, problem, {
    'content-type': 'application/problem+json',
    ...(problem.status === 401 && { 'www-authenticate': 'Bearer realm="asterisk-callback"' }),
    ...error.details.headers,
  });
}
