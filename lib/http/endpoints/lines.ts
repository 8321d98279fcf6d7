import { pauseAgent } from '../../calls/control-agent.ts';
import { listLines, pauseLine, showLine } from '../../calls/control-line.ts';
import { parsePause } from '../../calls/line-schema.ts';
import { services } from '../../calls/services.ts';
import { CallbackError } from '../../problems/callback-error.ts';
import { logPause } from '../../telemetry/log.ts';
import { authorize } from '../authorize.ts';
import { readBody } from '../body.ts';
import { jsonResponse } from '../http-response.ts';
import type { Handle, Target } from '../router.ts';

/** `GET /lines` */
export const showLines: Handle = async (exchange, target) =>
  jsonResponse(200, await listLines(services, await authorize(exchange, 'read', target)));

/** `GET /lines/{name}` */
export const showOneLine: Handle = async (exchange, target) => {
  const caller = await authorize(exchange, 'read', target);
  return jsonResponse(200, await showLine(services, decoded(target, 'name'), caller));
};

/** `PATCH /lines/{name}` */
export const changeLine: Handle = async (exchange, target) => {
  const caller = await authorize(exchange, 'control', target);
  const paused = parsePause(readBody(exchange.request));
  const line = await pauseLine(services, decoded(target, 'name'), paused, caller);
  logPause({ line: line.name, paused }, exchange.trace);
  return jsonResponse(200, line);
};

/** `PATCH /lines/{name}/agents/{extension}` */
export const changeAgent: Handle = async (exchange, target) => {
  const caller = await authorize(exchange, 'control', target);
  const paused = parsePause(readBody(exchange.request));
  const name = decoded(target, 'name');
  const agent = await pauseAgent(services, name, decoded(target, 'extension'), paused, caller);
  logPause({ line: name, agent: agent.extension, paused }, exchange.trace);
  return jsonResponse(200, agent);
};

/** Returns a decoded segment of the path. An extension may contain `#`, which is encoded in a URL. */
function decoded({ parameters }: Target, name: string): string {
  try {
    return decodeURIComponent(parameters[name] ?? '');
  } catch {
    throw new CallbackError('not-found', 'This address is not valid percent-encoded UTF-8');
  }
}
