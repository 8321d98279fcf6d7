import { mayUseRoute } from '../../auth/index.ts';
import { type ListOptions, listCallbacks, searchCallbacks } from '../../calls/list-callbacks.ts';
import { parseListRequest, parseSearchRequest } from '../../calls/list-request.ts';
import { services } from '../../calls/services.ts';
import { admit } from '../authorize.ts';
import { readBody, readForm } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import { jsonResponse } from '../http-response.ts';
import { CREDENTIAL_PARAMETERS } from '../query.ts';
import type { Handle } from '../router.ts';

/** `GET /callbacks` */
export const showCallbacks: Handle = async (exchange, { path }) => {
  const options = await admitLister(exchange, path);
  const asked = exchange.request.query.filter(([name]) => !CREDENTIAL_PARAMETERS.includes(name));
  return jsonResponse(200, await listCallbacks(services, parseListRequest(readForm(asked)), options));
};

/** `POST /callbacks/search`: the number is in the body, because URLs are logged. */
export const findCallbacks: Handle = async (exchange, { path }) => {
  const options = await admitLister(exchange, path);
  const request = parseSearchRequest(readBody(exchange.request));
  return jsonResponse(200, await searchCallbacks(services, request, options));
};

async function admitLister(exchange: Exchange, path: string): Promise<ListOptions> {
  const { key, keyId } = await admit(exchange, 'read', path);
  return { principal: `keys/${keyId}`, mayUseRoute: (route) => mayUseRoute(key, route) };
}
