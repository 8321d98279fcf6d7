import { mayUseRoute } from '../lib/access/index.ts';
import type { Callback } from '../lib/callback/callback.ts';
import { type ControlOptions, callStatus, cancelCall, sendCallDigits } from '../lib/callback/control.ts';
import { parseDigits } from '../lib/callback/request.ts';
import { readBody } from '../lib/http/body.ts';
import { type HttpResponse, jsonResponse } from '../lib/http/response.ts';
import type { Found } from '../lib/http/router.ts';
import { admit } from './access.ts';
import { invalidRequest } from './dial.ts';
import type { Call } from './http.ts';
import { logControl } from './log.ts';
import { switchboard } from './switchboard.ts';

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
