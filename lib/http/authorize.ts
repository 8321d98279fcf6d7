import { type Admitted, authenticate, clientAddress, mayDo } from '../auth/index.ts';
import { services } from '../calls/services.ts';
import { CallbackError } from '../problems/callback-error.ts';
import type { Scope } from '../settings/key-settings.ts';
import type { Exchange } from './exchange.ts';

/**
 * Authenticates the caller and records the key in the exchange, so that the response gets the CORS headers of the key.
 *
 * @param scope The scope that the request needs.
 * @param path Path without stage and base path. The signature of a link covers it.
 * @param method The method that a signed link covers.
 * @throws CallbackError credentials-missing, credentials-invalid, link-expired, source-not-allowed, scope-missing;
 *   SettingsError.
 */
export async function admit(
  exchange: Exchange,
  scope: Scope,
  path: string,
  method = exchange.request.method,
): Promise<Admitted> {
  const { request, trace } = exchange;
  const { keys, clientAddress: setting } = await services.settings.get();
  const longerPaths = [request.path, request.writtenPath];
  const sourceIp = clientAddress(request, setting);
  const access = authenticate(
    { ...request, method, path, longerPaths, sourceIp },
    keys,
    Math.floor(Date.now() / 1000),
  );
  if (!access.ok) throw new CallbackError(access.code, access.message);
  trace.key = access.keyId;
  exchange.key = access.key;
  if (!mayDo(access.key, scope)) {
    throw new CallbackError('scope-missing', `The key lacks the scope "${scope}". See "scopes" of the key`);
  }
  return access;
}
