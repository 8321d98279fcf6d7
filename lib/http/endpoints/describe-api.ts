import { services } from '../../calls/services.ts';
import { CallbackError } from '../../problems/callback-error.ts';
import { jsonResponse } from '../http-response.ts';
import type { Handle } from '../router.ts';

/** `GET /openapi.json`. Public, but refused like everything else until the settings have a key. */
export const describeApi: Handle = async () => {
  const { keys } = await services.settings.get();
  if (Object.keys(keys).length === 0) {
    throw new CallbackError('credentials-missing', 'The settings have no key yet. Add one under keys/');
  }
  // Loaded on demand, so that it costs no cold start.
  const { openApi } = await import('../openapi.ts');
  return jsonResponse(200, openApi());
};
