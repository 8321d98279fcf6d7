import { pauseAgent } from '../../calls/control-agent.ts';
import { listLines, pauseLine, showLine } from '../../calls/control-line.ts';
import { parsePause } from '../../calls/line-schema.ts';
import { services } from '../../calls/services.ts';
import { CallbackError } from '../../problems/callback-error.ts';
import { logPause } from '../../telemetry/log.ts';
import { authorized } from '../authorize.ts';
import { readBody } from '../body.ts';
import type { Target } from '../router.ts';

/** `GET /lines` */
export const showLines = authorized('read', (caller) => listLines(services, caller));

/** `GET /lines/{name}` */
export const showOneLine = authorized('read', (caller, _, target) =>
  showLine(services, decoded(target, 'name'), caller),
);

/** `PATCH /lines/{name}` */
export const changeLine = authorized('control', async (caller, { request, trace }, target) => {
  const paused = parsePause(readBody(request));
  const line = await pauseLine(services, decoded(target, 'name'), paused, caller);
  logPause({ line: line.name, paused }, trace);
  return line;
});

/** `PATCH /lines/{name}/agents/{extension}` */
export const changeAgent = authorized('control', async (caller, { request, trace }, target) => {
  const paused = parsePause(readBody(request));
  const name = decoded(target, 'name');
  const agent = await pauseAgent(services, name, decoded(target, 'extension'), paused, caller);
  logPause({ line: name, agent: agent.extension, paused }, trace);
  return agent;
});

/** Returns a decoded segment of the path. An extension may contain `#`, which is encoded in a URL. */
function decoded({ parameters }: Target, name: string): string {
  try {
    return decodeURIComponent(parameters[name] ?? '');
  } catch {
    throw new CallbackError('not-found', 'This address is not valid percent-encoded UTF-8');
  }
}
