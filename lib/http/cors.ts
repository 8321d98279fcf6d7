import type { Keys } from '../auth/index.ts';
import { CallbackError } from '../calls/callback-error.ts';
import type { KeySettings } from '../settings/settings.ts';
import type { HttpRequest } from './event-reader.ts';
import { emptyResponse, type HttpResponse } from './http-response.ts';

const REQUEST_HEADERS = 'authorization, content-type, idempotency-key';
const RESPONSE_HEADERS = 'idempotent-replayed, location, retry-after, www-authenticate';
const MAX_AGE_SECONDS = 600;

/** A browser that asks whether a page of another origin may send what it is about to send (Fetch standard). */
export const isPreflight = ({ method, headers }: HttpRequest): boolean =>
  method === 'OPTIONS' &&
  headers['origin'] !== undefined &&
  headers['access-control-request-method'] !== undefined;

/**
 * The answer to a preflight: it has no credentials, so it is enough that some key lists the origin.
 *
 * @throws CallbackError origin-not-allowed.
 */
export function preflight(request: HttpRequest, keys: Keys, methods: readonly string[]): HttpResponse {
  const allowed = Object.values(keys).find((key) => listsOriginOf(request, key));
  if (!allowed) {
    throw new CallbackError(
      'origin-not-allowed',
      'List the origin in "origins" of the key that the page uses',
    );
  }
  return emptyResponse(204, {
    ...corsHeaders(request, allowed),
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': REQUEST_HEADERS,
    'access-control-max-age': String(MAX_AGE_SECONDS),
  });
}

/** What lets a page read the answer to its request: only if the very key that it used lists its origin. */
export function corsHeaders(request: HttpRequest, key: KeySettings): Record<string, string> {
  const origin = request.headers['origin'];
  if (origin === undefined || !listsOriginOf(request, key)) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': RESPONSE_HEADERS,
    vary: 'Origin',
  };
}

const listsOriginOf = ({ headers }: HttpRequest, { origins }: KeySettings): boolean =>
  headers['origin'] !== undefined && origins.includes(headers['origin']);
