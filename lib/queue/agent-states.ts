import type { Hints, WantedHints } from './busy-by-hint.ts';
import type { AgentState } from './choose-agent.ts';
import type { WaitingCallback } from './choose-starts.ts';
import type { LineSettings } from './line-services.ts';
import type { RunnerContext } from './runner-context.ts';

/** Returns the state of each agent of these callbacks. @param own The agents of the attempts of this runner. */
export async function agentStatesOf(
  { services: { clock }, agents, backoff }: RunnerContext,
  { hints, own }: { hints: Hints; own: ReadonlySet<string> },
  callbacks: readonly WaitingCallback[],
  settings: LineSettings,
): Promise<ReadonlyMap<string, AgentState>> {
  const { perAgent } = settings;
  const extensions = [...new Set(callbacks.flatMap((callback) => callback.agents))];
  const occupied = perAgent ? extensions.filter((extension) => own.has(extension)) : [];
  const others = perAgent ? extensions.filter((extension) => !own.has(extension)) : extensions;
  const read = await agents.statesOf(others, { confirm: perAgent });
  const states = perAgent ? read : new Map(Array.from(read, pauseOnly));
  for (const extension of occupied) states.set(extension, { occupied: true });
  for (const wanted of hintsOf(callbacks, settings)) {
    if (backoff.startsFor(wanted.pbx, clock.monotonic()) === 0) continue;
    for (const busy of hints.busyOf(wanted)) states.set(busy, { ...states.get(busy), busyOnPbx: true });
  }
  return states;
}

/** An extension with many phones takes many calls at the same time. It can be paused, but it is never busy. */
const pauseOnly = ([extension, { paused = false }]: [string, AgentState]): [string, AgentState] => [
  extension,
  { paused },
];

/** Groups the agents of the callbacks by PBX and context. */
function hintsOf(callbacks: readonly WaitingCallback[], settings: LineSettings): WantedHints[] {
  const wanted = new Map<string, WantedHints>();
  for (const { route, agents } of callbacks) {
    const { hints: context, pbxs: [pbx] = [] } = settings.route(route) ?? {};
    if (context === undefined || pbx === undefined) continue;
    const key = `${pbx} ${context}`;
    const known = wanted.get(key) ?? { pbx, context, agents: [] };
    wanted.set(key, { ...known, agents: [...new Set([...known.agents, ...agents])] });
  }
  return [...wanted.values()];
}
