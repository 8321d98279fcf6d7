import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { CallbackError } from '../../lib/problems/callback-error.ts';
import type { RetrySettings } from '../../lib/queue/retry-policy.ts';
import { applyRules, type Plan } from '../../lib/rules/plan-call.ts';
import type { RouteSettings, Settings } from '../../lib/settings/settings.ts';
import { dialledIn } from './dialled.ts';
import type { CallFile } from './read-call-file.ts';
import type { Translation } from './translate.ts';

/** Returns a request for the first route that places the same call as a call file. Undefined if there is no such route. */
export function requestForRoute(
  { routes }: Pick<Settings, 'routes'>,
  file: CallFile,
  { request, needsLine }: Translation,
): Record<string, unknown> | undefined {
  for (const [name, route] of Object.entries(routes)) {
    if (needsLine && route.line === undefined) continue;
    for (const parties of partiesOf(file, request)) {
      const { agent: _, ...rest } = request;
      const candidate = { ...rest, ...parties, route: name };
      const plan = planOf(candidate, route);
      if (plan && isSameCall(plan, file) && triesAsOften(route.retry, plan, file)) return candidate;
    }
  }
  return undefined;
}

/** Returns the possible values of `to` and `agent`. Which are right depends on `first` and `agent` of the route. */
function partiesOf(file: CallFile, { to, agent }: Record<string, unknown>): Record<string, unknown>[] {
  const called = dialledIn(file.channel)?.called.replace(/^\+/, '');
  const numbers = [to, file.extension, called].filter((each) => each !== undefined);
  const agents = [agent, called, file.extension, undefined];
  return numbers.flatMap((number) =>
    agents.map((each) => ({ to: number, ...(each !== undefined && { agent: each }) })),
  );
}

function planOf(request: Record<string, unknown>, { hours: _, ...route }: RouteSettings): Plan | undefined {
  const parsed = parseCallbackRequest(request);
  if (!parsed.ok) return undefined;
  try {
    return applyRules(parsed.request, route, parsed.request.route, new Date());
  } catch (error) {
    if (error instanceof CallbackError) return undefined;
    throw error;
  }
}

/** Returns whether Asterisk places the same call for a callback as for a call file. */
export function isSameCall(plan: Plan, file: CallFile): boolean {
  const shown = plan.first === 'agent' ? plan.callerIdForSecond : plan.callerIdForFirst;
  return (
    plan.channel === file.channel &&
    plan.context === file.context &&
    plan.exten === file.extension &&
    plan.priority === String(file.priority) &&
    plan.timeoutSeconds === file.waitSeconds &&
    (file.callerIdNumber === undefined || shown === file.callerIdNumber) &&
    Object.entries(file.variables).every(([name, value]) => plan.variables[name] === value)
  );
}

function triesAsOften(retry: RetrySettings | undefined, { first }: Plan, file: CallFile): boolean {
  const policy = retry?.[first];
  if (file.maxRetries === 0) return policy === undefined || policy.attempts === 1;
  const delays = Object.values(policy?.delays ?? {}).flat();
  const hasDelays = delays.length > 0 && delays.every((delay) => delay === file.retrySeconds);
  return policy?.attempts === file.maxRetries + 1 && hasDelays;
}
