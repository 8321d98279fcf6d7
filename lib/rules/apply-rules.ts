import type { RouteSettings } from '../settings/settings.ts';
import { agentFor } from './agents.ts';
import { callerIdFor } from './caller-ids.ts';
import { type ClassicTarget, checkClassic } from './classic.ts';
import type { DialableNumber } from './dial-as.ts';
import { checkHours } from './hours.ts';
import { dialledNumber } from './numbers.ts';
import { fill } from './template.ts';
import { variablesFor } from './variables.ts';

/** What of a callback request the rules judge. */
export interface RuleRequest {
  to: string;
  agent?: string | undefined;
  callerId?: string | undefined;
  variables?: Readonly<Record<string, string>> | undefined;
  timeoutSeconds?: number | undefined;
  classic?: ClassicTarget | undefined;
}

/** A call that the route allows, in the words of Originate. */
export interface Plan {
  route: string;
  first: RouteSettings['first'];
  /** What Asterisk is given to dial. */
  to: DialableNumber;
  /** Absent when the call is internal. */
  e164?: string;
  agent: string;
  channel: string;
  context: string;
  exten: string;
  priority: string;
  /** What the first phone shows. */
  callerIdForFirst: string;
  /** What the dialplan, and so the second phone or its trunk, is given. */
  callerIdForSecond: string;
  timeoutSeconds: number;
  variables: Record<string, string>;
}

/**
 * Holds a request against its route.
 *
 * @throws CallbackError for the first thing that the route does not allow.
 */
export function applyRules(request: RuleRequest, route: RouteSettings, routeName: string, now: Date): Plan {
  checkClassic(request.classic ?? {}, route.classic);
  const agent = agentFor(request.agent, route);
  const dialled = dialledNumber(request.to, route.to);
  const parties = { agent, to: dialled.to };
  const callerId = callerIdFor(request.callerId, route, parties);
  const variables = variablesFor(request.variables, route);
  if (route.hours !== undefined) checkHours(route.hours, now);

  // The agent sees whom the call is for; the customer, and so the trunk, is shown the caller id.
  const agentFirst = route.first === 'agent';
  return {
    route: routeName,
    first: route.first,
    ...dialled,
    agent,
    channel: fill(route.channel, parties),
    context: route.context,
    exten: fill(route.exten, parties),
    priority: route.priority,
    callerIdForFirst: agentFirst ? dialled.to : callerId,
    callerIdForSecond: agentFirst ? callerId : dialled.to,
    timeoutSeconds: request.timeoutSeconds ?? route.timeoutSeconds,
    variables,
  };
}
