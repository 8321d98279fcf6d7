import type { AgentState, WaitingCallback } from './choose-starts.ts';
import type { LineAgents } from './line-agents.ts';
import type { LineServices, LineSettings } from './line-services.ts';
import type { PbxBackoff } from './pbx-backoff.ts';

/** Hints that are read for one look. */
const MOST_HINTS = 50;

export interface AgentSources {
  services: Pick<LineServices, 'calls' | 'clock' | 'log'>;
  agents: LineAgents;
  backoff: PbxBackoff;
  /** The agents of this runner's own calls. */
  own: ReadonlySet<string>;
}

/** Reads the agents of the callbacks that may start first. */
export async function agentStatesOf(
  sources: AgentSources,
  callbacks: readonly WaitingCallback[],
  settings: LineSettings,
): Promise<ReadonlyMap<string, AgentState>> {
  const { services, agents: known, backoff, own } = sources;
  const extensions = [...new Set(callbacks.flatMap(({ agents }) => agents))];
  const all = await known.statesOf(extensions, settings.perAgent ? own : new Set(extensions));
  const states = settings.perAgent ? all : new Map(Array.from(all, pauseOnly));
  for (const { pbx, context, agents } of hintsOf(callbacks, settings)) {
    if (backoff.startsFor(pbx, services.clock.monotonic()) === 0) continue;
    for (const busy of await busyAgents(services, pbx, context, agents)) {
      states.set(busy, { ...states.get(busy), busyOnPbx: true });
    }
  }
  return states;
}

/** An extension with many phones behind it takes many calls at once, and is never busy. */
const pauseOnly = ([extension, { paused = false }]: [string, AgentState]): [string, AgentState] => [
  extension,
  { paused },
];

/** Without an answer an agent counts as idle: the PBX will take no call either. */
async function busyAgents(
  { calls, log }: AgentSources['services'],
  pbx: string,
  context: string,
  agents: readonly string[],
): Promise<ReadonlySet<string>> {
  try {
    return await calls.busyAgents(pbx, context, agents.slice(0, MOST_HINTS));
  } catch (error) {
    log('hints cannot be read', { pbx, error: String(error) });
    return new Set();
  }
}

/** Which hints say something of the agents that are wanted: each context on its PBX. */
function hintsOf(
  callbacks: readonly WaitingCallback[],
  settings: LineSettings,
): { pbx: string; context: string; agents: string[] }[] {
  const wanted = new Map<string, { pbx: string; context: string; agents: string[] }>();
  for (const { route, agents } of callbacks) {
    const { hints: context, pbxs: [pbx] = [] } = settings.route(route) ?? {};
    if (context === undefined || pbx === undefined) continue;
    const key = `${pbx} ${context}`;
    const known = wanted.get(key) ?? { pbx, context, agents: [] };
    wanted.set(key, { ...known, agents: [...new Set([...known.agents, ...agents])] });
  }
  return [...wanted.values()];
}
