import { mayUseRoute } from '../auth/index.ts';
import { invalidRequest } from '../calls/accept-callback.ts';
import type { Callback } from '../calls/callback.ts';
import { parseDigits } from '../calls/callback-request.ts';
import { type ControlOptions, callStatus, cancelCall, sendCallDigits } from '../calls/control-callback.ts';
import { switchboard } from '../calls/services.ts';
import { logControl } from '../telemetry/log.ts';
import { admit } from './authorize.ts';
import { readBody } from './body.ts';
import type { Call } from './http-handler.ts';
import { type HttpResponse, jsonResponse } from './http-response.ts';
import type { Found } from './router.ts';

type Work = (id: string, options: ControlOptions, call: Call) => Promise<Callback>;

const logged = (action: 'ended' | 'digits', callback: Callback, { trace }: Call): Callback => {
  logControl(action, callback, trace);
  return callback;
};

/** A request about a call that lives, from somebody who may use its route. */
const onLiveCall =
  (work: Work) =>
  async (
    call: Call,
    { path, parameters }: Pick<Found<unknown>, 'path' | 'parameters'>,
  ): Promise<HttpResponse> => {
    const { key } = await admit(call, path);
    const options = { until: call.until, mayUseRoute: (route: string) => mayUseRoute(key, route) };
    return jsonResponse(200, await work(parameters['id'] ?? '', options, call));
  };

export const showCall = onLiveCall((id, options) => callStatus(switchboard, id, options));

export const endCall = onLiveCall(async (id, options, call) =>
  logged('ended', await cancelCall(switchboard, id, options), call),
);

export const playDigits = onLiveCall(async (id, options, call) => {
  const parsed = parseDigits(readBody(call.request));
  if (!parsed.ok) throw invalidRequest(parsed.errors);
  return logged('digits', await sendCallDigits(switchboard, id, parsed.digits, options), call);
});
