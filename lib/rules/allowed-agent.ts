import { CallbackError } from '../problems/callback-error.ts';
import type { RouteSettings } from '../settings/settings.ts';
import { matchesWhole } from './pattern.ts';

/** A name that is safe in a channel such as `PJSIP/{agent}`: it has no `/`, `@`, `&` and `,`. */
const AGENT = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,30}[A-Za-z0-9_])?$/;

/**
 * Returns the agent of the request, or the fixed agent of the route. A fixed agent and the agents of a pool need not match
 * `agents`.
 *
 * @throws CallbackError agent-missing, agent-not-allowed.
 */
export function agentFor(
  asked: string | undefined,
  route: Pick<RouteSettings, 'agent' | 'agents' | 'pool'>,
): string {
  if (route.agent !== undefined) {
    if (asked === undefined || asked === route.agent) return route.agent;
    throw notAllowed('This route has a fixed agent: leave "agent" out');
  }
  if (asked !== undefined && route.pool?.includes(asked)) return asked;
  if (asked === undefined) {
    throw new CallbackError('agent-missing', 'Send "agent", the extension of the agent whose phone rings', {
      field: 'agent',
    });
  }
  if (AGENT.test(asked) && matchesWhole(route.agents, asked)) return asked;
  throw notAllowed(
    'This route does not call that agent. Send another extension',
    `To allow the extension, let "agents" of the route match it. Now it is ${route.agents}`,
  );
}

const notAllowed = (message: string, hint?: string): CallbackError =>
  new CallbackError('agent-not-allowed', message, { field: 'agent', hint });
