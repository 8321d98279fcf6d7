import type { CallbackView } from '../../calls/callback.ts';
import { parseDigits } from '../../calls/callback-request.ts';
import { type ControlOptions, callStatus, cancelCall, sendCallDigits } from '../../calls/control-callback.ts';
import { services } from '../../calls/services.ts';
import type { Scope } from '../../settings/key-settings.ts';
import { logControl } from '../../telemetry/log.ts';
import { authorize } from '../authorize.ts';
import { readBody } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import { jsonResponse } from '../http-response.ts';
import type { Handle } from '../router.ts';

type Work = (id: string, options: ControlOptions, exchange: Exchange) => Promise<CallbackView>;

/** Returns a handler that authorizes the caller, works on the callback, and returns the callback. */
const onCallback =
  (scope: Scope, work: Work, statusOf: (callback: CallbackView) => number = () => 200): Handle =>
  async (exchange, target) => {
    const { mayUseRoute } = await authorize(exchange, scope, target);
    const options = { deadline: exchange.deadline, mayUseRoute };
    const callback = await work(target.parameters['id'] ?? '', options, exchange);
    return jsonResponse(statusOf(callback), callback);
  };

/** `GET /callbacks/{id}` */
export const showCallback = onCallback('read', (id, options) => callStatus(services, id, options));

/** Returns 202 for a callback of a line until the end of the callback is recorded. */
const statusOfEnd = ({ line, endedAt }: CallbackView): number =>
  line !== undefined && endedAt === undefined ? 202 : 200;

/** `DELETE /callbacks/{id}` */
export const endCallback = onCallback(
  'control',
  async (id, options, { trace }) => {
    const callback = await cancelCall(services, id, options);
    logControl('ended', callback, trace);
    return callback;
  },
  statusOfEnd,
);

/** `POST /callbacks/{id}/dtmf` */
export const playDigits = onCallback('control', async (id, options, { request, trace }) => {
  const callback = await sendCallDigits(services, id, parseDigits(readBody(request)), options);
  logControl('digits', callback, trace);
  return callback;
});
