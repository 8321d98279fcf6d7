import { CallbackError } from '../problems/callback-error.ts';
import { agentFor } from '../rules/allowed-agent.ts';
import type { RouteSettings, Settings } from '../settings/settings.ts';
import type { KnownLine } from './line-view.ts';
import type { Services } from './services.ts';
import { type MayUseRoute, usableRoutes } from './visible-callbacks.ts';

export interface LineAccess {
  mayUseRoute: MayUseRoute;
  /** The owner also sees lines that no route uses. */
  isOwner?: boolean;
}

/** A line that the caller may see. */
interface VisibleLine extends KnownLine {
  /** The routes of the line that the caller may use. */
  routes: readonly RouteSettings[];
}

/** @throws CallbackError not-found. */
export async function findLine(services: Services, name: string, access: LineAccess): Promise<VisibleLine> {
  const lines = visibleLines(await services.settings.get(), access);
  const line = lines.find((each) => each.name === name);
  if (line) return line;
  throw new CallbackError('not-found', 'There is no line with this name');
}

/** Returns the lines of the routes that the caller may use. */
export function visibleLines(
  { lines, routes }: Pick<Settings, 'lines' | 'routes'>,
  { mayUseRoute, isOwner }: LineAccess,
): VisibleLine[] {
  const usable = usableRoutes({ routes }, mayUseRoute);
  return Object.entries(lines).flatMap(([name, { capacity }]) => {
    const own = usable.filter(({ line }) => line === name);
    if (own.length === 0 && !isOwner) return [];
    return [{ name, capacity, agents: [...new Set(own.flatMap(agentsOf))], mayUseRoute, routes: own }];
  });
}

/** Whether a route of the line may call the agent by its current rules. */
export const callsAgent = ({ routes }: VisibleLine, extension: string): boolean =>
  routes.some((route) => routeCalls(route, extension));

/** The agents that a route names. A route whose callers choose the agent names none. */
const agentsOf = ({ pool, agent }: RouteSettings): readonly string[] => pool ?? (agent ? [agent] : []);

function routeCalls(route: RouteSettings, extension: string): boolean {
  if (route.pool) return route.pool.includes(extension);
  try {
    return agentFor(extension, route) === extension;
  } catch (error) {
    if (error instanceof CallbackError && error.code === 'agent-not-allowed') return false;
    throw error;
  }
}
