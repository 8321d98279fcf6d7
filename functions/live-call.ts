import { mayUseRoute } from '../lib/access/index.ts';
import type { Callback } from '../lib/callback/callback.ts';
import { type ControlOptions, callStatus, cancelCall, sendCallDigits } from '../lib/callback/control.ts';
import { parseDigits } from '../lib/callback/request.ts';
import { readBody } from '../lib/http/body.ts';
import { type HttpResponse, jsonResponse } from '../lib/http/response.ts';
import { admit } from './access.ts';
import { invalidRequest } from './dial.ts';
import type { Call } from './http.ts';
import { switchboard } from './switchboard.ts';

interface Found {
  path: string;
  parameters: Record<string, string>;
}

type Work = (id: string, options: ControlOptions, call: Call) => Promise<Callback>;

/** A request about a call that lives, from somebody who may use its route. */
const onLiveCall =
  (work: Work) =>
  async (call: Call, { path, parameters }: Found): Promise<HttpResponse> => {
    const { key } = await admit(call, path);
    const options = { until: call.until, mayUseRoute: (route: string) => mayUseRoute(key, route) };
    return jsonResponse(200, await work(parameters['id'] ?? '', options, call));
  };

export const showCall = onLiveCall((id, options) => callStatus(switchboard, id, options));

export const endCall = onLiveCall((id, options) => cancelCall(switchboard, id, options));

export const playDigits = onLiveCall((id, options, { request }) => {
  const parsed = parseDigits(readBody(request));
  if (!parsed.ok) throw invalidRequest(parsed.errors);
  return sendCallDigits(switchboard, id, parsed.digits, options);
});
