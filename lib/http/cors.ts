import { services } from '../calls/services.ts';
import { CallbackError } from '../problems/callback-error.ts';
import type { KeySettings } from '../settings/settings.ts';
import type { Exchange } from './exchange.ts';
import type { HttpRequest } from './http-request.ts';
import { emptyResponse, type HttpResponse } from './http-response.ts';
import type { Found } from './router.ts';

const REQUEST_HEADERS = 'authorization, content-type, idempotency-key';
const RESPONSE_HEADERS = 'already-open, idempotent-replayed, location, retry-after, www-authenticate';
const MAX_AGE_SECONDS = 600;

/**
 * Answers a preflight: a browser asks whether a page of another origin may send a request (Fetch standard). A preflight has no
 * credentials, so any key that lists the origin allows it.
 *
 * @throws CallbackError origin-not-allowed; SettingsError.
 */
export async function answerPreflight(
  { request }: Exchange,
  { endpoints }: Found,
): Promise<HttpResponse | undefined> {
  const { method, headers } = request;
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return undefined;
  if (headers['origin'] === undefined) return undefined;
  const { keys } = await services.settings.get();
  const allowed = Object.values(keys).find((key) => originFor(request, key) !== undefined);
  if (!allowed) {
    throw new CallbackError(
      'origin-not-allowed',
      'No key lists the origin of this page. Add the origin to "origins" of the key that the page uses',
    );
  }
  return emptyResponse(204, {
    ...corsHeaders(request, allowed),
    'access-control-allow-methods': endpoints.map(({ method }) => method).join(', '),
    'access-control-allow-headers': REQUEST_HEADERS,
    'access-control-max-age': String(MAX_AGE_SECONDS),
  });
}

/** Returns the headers that let a page read the response. Returns {} if the key does not list the origin of the page. */
export function corsHeaders(request: HttpRequest, key: KeySettings): Record<string, string> {
  const origin = originFor(request, key);
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': RESPONSE_HEADERS,
    vary: 'Origin',
  };
}

const originFor = ({ headers }: HttpRequest, { origins }: KeySettings): string | undefined =>
  origins.find((origin) => origin === headers['origin']);
