import { type Admitted, authenticate } from '../auth/index.ts';
import { CallbackError } from '../calls/callback-error.ts';
import { switchboard } from '../calls/services.ts';
import { corsHeaders } from './cors.ts';
import type { Call } from './http-handler.ts';

/**
 * Who asks, or a refusal. From here on a page of an origin that the key lists can read the answer, whatever it is.
 *
 * @param path Without stage and base path: a signed link covers it, wherever the function is mounted.
 * @throws CallbackError credentials-missing, credentials-invalid, link-expired, source-not-allowed; SettingsError.
 */
export async function admit({ request, headers, trace }: Call, path: string): Promise<Admitted> {
  const { keys } = await switchboard.settings.get();
  const longerPaths = [request.path, request.writtenPath];
  const access = authenticate({ ...request, path, longerPaths }, keys, Math.floor(Date.now() / 1000));
  if (!access.ok) throw new CallbackError(access.code, access.message);
  trace.key = access.keyId;
  Object.assign(headers, corsHeaders(request, access.key));
  return access;
}
