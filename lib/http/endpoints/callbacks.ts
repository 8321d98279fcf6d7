import type { CallbackView } from '../../calls/callback.ts';
import { parseDigits } from '../../calls/callback-request.ts';
import { callStatus, cancelCall, sendCallDigits } from '../../calls/control-callback.ts';
import { listCallbacks, searchCallbacks } from '../../calls/list-callbacks.ts';
import { parseListRequest, parseSearchRequest } from '../../calls/list-request.ts';
import { services } from '../../calls/services.ts';
import { logControl } from '../../telemetry/log.ts';
import { authorized } from '../authorize.ts';
import { readBody, readForm } from '../body.ts';
import { withoutCredentials } from '../query.ts';

/** `GET /callbacks` */
export const showCallbacks = authorized('read', (caller, { request }) =>
  listCallbacks(services, parseListRequest(readForm(withoutCredentials(request.query))), caller),
);

/** `POST /callbacks/search`: the number is in the body, because URLs are logged. */
export const findCallbacks = authorized('read', (caller, { request }) =>
  searchCallbacks(services, parseSearchRequest(readBody(request)), caller),
);

/** `GET /callbacks/{id}` */
export const showCallback = authorized('read', ({ mayUseRoute }, { deadline }, { parameters }) =>
  callStatus(services, parameters['id'] ?? '', { deadline, mayUseRoute }),
);

/** Returns 202 for a callback of a line until the end of the callback is recorded. */
const statusOfEnd = ({ line, endedAt }: CallbackView): number =>
  line !== undefined && endedAt === undefined ? 202 : 200;

/** `DELETE /callbacks/{id}` */
export const endCallback = authorized(
  'control',
  async ({ mayUseRoute }, { deadline, trace }, { parameters }) => {
    const callback = await cancelCall(services, parameters['id'] ?? '', { deadline, mayUseRoute });
    logControl('ended', callback, trace);
    return callback;
  },
  statusOfEnd,
);

/** `POST /callbacks/{id}/dtmf` */
export const playDigits = authorized(
  'control',
  async ({ mayUseRoute }, { request, deadline, trace }, { parameters }) => {
    const digits = parseDigits(readBody(request));
    const callback = await sendCallDigits(services, parameters['id'] ?? '', digits, {
      deadline,
      mayUseRoute,
    });
    logControl('digits', callback, trace);
    return callback;
  },
);
