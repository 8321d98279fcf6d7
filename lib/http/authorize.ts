import { authenticate } from '../auth/authenticate.ts';
import { clientAddress } from '../auth/client-address.ts';
import type { Via } from '../auth/credentials.ts';
import { checkScope, mayUseRoute } from '../auth/permissions.ts';
import { services } from '../calls/services.ts';
import type { MayUseRoute } from '../calls/visible-callbacks.ts';
import type { Scope } from '../settings/key-settings.ts';
import type { Exchange } from './exchange.ts';
import { jsonResponse } from './http-response.ts';
import type { Handle, Target } from './router.ts';

/** The sender of a request, with valid credentials and the scope that the request needs. */
export interface Caller {
  keyId: string;
  principal: `keys/${string}`;
  via: Via;
  mayUseRoute: MayUseRoute;
}

/**
 * Authenticates the caller and records the key in the exchange, so that the response gets the CORS headers of the key.
 *
 * @param scope The scope that the request needs.
 * @param method The method that a signed link covers.
 * @throws CallbackError credentials-missing, credentials-invalid, link-expired, source-not-allowed, scope-missing;
 *   SettingsError.
 */
export async function authorize(
  exchange: Exchange,
  scope: Scope,
  { path }: Target,
  method = exchange.request.method,
): Promise<Caller> {
  const { request, trace } = exchange;
  const { keys, clientAddress: setting } = await services.settings.get();
  const sourceIp = clientAddress(request, setting);
  const { key, keyId, via } = authenticate(
    { ...request, method, path, longerPaths: [request.path, request.writtenPath], sourceIp },
    keys,
    Math.floor(Date.now() / 1000),
  );
  trace.key = keyId;
  exchange.key = key;
  checkScope(key, scope);
  return { keyId, principal: `keys/${keyId}`, via, mayUseRoute: (route) => mayUseRoute(key, route) };
}

/**
 * Returns a handler that authorizes the caller, works, and responds with the result.
 *
 * @param scope The scope that the request needs.
 */
export const authorized =
  <Result extends object>(
    scope: Scope,
    work: (caller: Caller, exchange: Exchange, target: Target) => Promise<Result>,
    statusOf: (result: Result) => number = () => 200,
  ): Handle =>
  async (exchange, target) => {
    const result = await work(await authorize(exchange, scope, target), exchange, target);
    return jsonResponse(statusOf(result), result);
  };
