import { addDoNotCall } from '../../calls/do-not-call-list.ts';
import { parseDoNotCallRequest } from '../../calls/do-not-call-request.ts';
import { services } from '../../calls/services.ts';
import { log } from '../../telemetry/log.ts';
import { authorize } from '../authorize.ts';
import { readBody } from '../body.ts';
import { jsonResponse } from '../http-response.ts';
import type { Handle } from '../router.ts';

/** `POST /do-not-call`: adds a number to the list of numbers that nobody may call. */
export const addNumber: Handle = async (exchange, target) => {
  const { mayUseRoute } = await authorize(exchange, 'control', target);
  const request = parseDoNotCallRequest(readBody(exchange.request));
  const added = await addDoNotCall(services, request, mayUseRoute);
  log.info('do-not-call', { ...exchange.trace });
  return jsonResponse(200, added);
};
