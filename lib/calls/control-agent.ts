import { CallbackError } from '../problems/callback-error.ts';
import { viewAgent } from './agent-view.ts';
import type { LineAgentView } from './line-schema.ts';
import type { Services } from './services.ts';
import { callsAgent, findLine, type LineAccess, visibleLines } from './visible-lines.ts';

/**
 * Returns the current state of an agent of a line.
 *
 * @throws CallbackError not-found, agent-not-allowed if no route of the line calls the agent, store-unreachable.
 */
export async function showAgent(
  services: Services,
  lineName: string,
  extension: string,
  access: LineAccess,
): Promise<LineAgentView> {
  const line = await findLine(services, lineName, access);
  if (!callsAgent(line, extension)) throw notCalled('this line');
  const store = await services.store();
  const [agents, open] = await Promise.all([store.readAgents([extension]), store.listOpen(lineName)]);
  return await viewAgent(store, extension, agents.get(extension) ?? {}, { ...line, open, now: Date.now() });
}

/**
 * Pauses an agent on all lines, or lets lines ring the agent again.
 *
 * @throws CallbackError as showAgent.
 */
export async function pauseAgent(
  services: Services,
  lineName: string,
  extension: string,
  paused: boolean,
  access: LineAccess,
): Promise<LineAgentView> {
  const line = await findLine(services, lineName, access);
  if (!callsAgent(line, extension)) throw notCalled('this line');
  const store = await services.store();
  const agent = await store.pauseAgent(extension, paused);
  const open = await store.listOpen(lineName);
  return await viewAgent(store, extension, agent, { ...line, open, now: Date.now() });
}

/** Returns the first line that calls an agent. @throws CallbackError agent-not-allowed. */
export async function lineOfAgent(
  services: Services,
  extension: string,
  access: LineAccess,
): Promise<string> {
  const lines = visibleLines(await services.settings.get(), access);
  const line = lines.find((each) => callsAgent(each, extension));
  if (line) return line.name;
  throw notCalled('a line');
}

const notCalled = (where: string): CallbackError =>
  new CallbackError('agent-not-allowed', `No route of ${where} calls that agent`, {
    hint: 'A route calls its pool, its fixed agent, or the extensions that "agents" matches',
  });
