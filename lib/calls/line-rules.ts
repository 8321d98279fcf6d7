import { CallbackError } from '../problems/callback-error.ts';
import { applyRules, type Plan } from '../rules/plan-call.ts';
import type { RouteSettings } from '../settings/settings.ts';
import type { CallbackRequest } from './callback-request.ts';
import type { PlaceOptions } from './place-callback.ts';
import { invalidRequest } from './request-schema.ts';

/**
 * Applies the rules of a route with a line, except the hours, because the callback may be due later. For a route with a
 * pool, the plan has no agent.
 *
 * @throws CallbackError if the rules refuse the request.
 */
export function applyLineRules(
  request: CallbackRequest,
  { hours: _, ...route }: RouteSettings,
  { classic, now }: { classic?: PlaceOptions['classic']; now: Date },
): Plan {
  if (request.wait !== 'accepted') throw invalidRequest([{ field: 'wait', message: NO_WAIT }]);
  const { pool } = route;
  if (pool && request.agent !== undefined)
    throw new CallbackError('agent-not-allowed', POOL, { field: 'agent' });
  // All agents of a pool are allowed.
  const agent = pool?.[0] ?? request.agent;
  const plan = applyRules({ ...request, classic, agent }, route, request.route, now);
  return pool ? { ...plan, agent: '' } : plan;
}

const NO_WAIT =
  'must be "accepted" or left out: callbacks of this route wait in a line. GET /callbacks/{id} shows the status';
const POOL = 'This route gives its callbacks to a pool of agents: leave "agent" out';
