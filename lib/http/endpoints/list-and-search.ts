import { listCallbacks, searchCallbacks } from '../../calls/list-callbacks.ts';
import { parseListRequest, parseSearchRequest } from '../../calls/list-request.ts';
import { services } from '../../calls/services.ts';
import { authorize } from '../authorize.ts';
import { readBody, readForm } from '../body.ts';
import { jsonResponse } from '../http-response.ts';
import { withoutCredentials } from '../query.ts';
import type { Handle } from '../router.ts';

/** `GET /callbacks` */
export const showCallbacks: Handle = async (exchange, target) => {
  const caller = await authorize(exchange, 'read', target);
  const request = parseListRequest(readForm(withoutCredentials(exchange.request.query)));
  return jsonResponse(200, await listCallbacks(services, request, caller));
};

/** `POST /callbacks/search`: the number is in the body, because URLs are logged. */
export const findCallbacks: Handle = async (exchange, target) => {
  const caller = await authorize(exchange, 'read', target);
  const request = parseSearchRequest(readBody(exchange.request));
  return jsonResponse(200, await searchCallbacks(services, request, caller));
};
