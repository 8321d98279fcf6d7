import { CallbackError } from '../calls/callback-error.ts';
import { matchesWhole } from './pattern.ts';

/** Fits into a channel such as `PJSIP/{agent}` and is nothing but a name there: no `/`, `@`, `&`, `,`. */
const AGENT = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,30}[A-Za-z0-9_])?$/;

/**
 * Whose phone takes part. What the owner of the route has fixed needs no pattern, and nobody can ask for another.
 *
 * @throws CallbackError agent-missing, agent-not-allowed.
 */
export function agentFor(
  asked: string | undefined,
  route: { agent?: string | undefined; agents: string },
): string {
  if (route.agent !== undefined) {
    if (asked === undefined || asked === route.agent) return route.agent;
    throw new CallbackError('agent-not-allowed', 'The agent of this route is fixed: leave "agent" out', {
      field: 'agent',
    });
  }
  if (asked === undefined) {
    throw new CallbackError('agent-missing', 'Say whose phone rings: send "agent", an extension', {
      field: 'agent',
    });
  }
  if (AGENT.test(asked) && matchesWhole(route.agents, asked)) return asked;
  throw new CallbackError('agent-not-allowed', 'This route rings no such extension: see its "agents"', {
    field: 'agent',
  });
}
