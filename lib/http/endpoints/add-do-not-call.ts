import { addDoNotCall } from '../../calls/do-not-call-list.ts';
import { parseDoNotCallRequest } from '../../calls/do-not-call-request.ts';
import { services } from '../../calls/services.ts';
import { log } from '../../telemetry/log.ts';
import { authorized } from '../authorize.ts';
import { readBody } from '../body.ts';

/** `POST /do-not-call`: adds a number to the list of numbers that nobody may call. */
export const addNumber = authorized('control', async ({ mayUseRoute }, { request, trace }) => {
  const added = await addDoNotCall(services, parseDoNotCallRequest(readBody(request)), mayUseRoute);
  log.info('do-not-call', { ...trace });
  return added;
});
