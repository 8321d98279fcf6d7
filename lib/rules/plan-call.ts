import type { RouteSettings } from '../settings/settings.ts';
import { agentFor } from './allowed-agent.ts';
import { callerIdFor } from './caller-ids.ts';
import { type ClassicTarget, checkClassic } from './classic-url.ts';
import { checkHours } from './hours.ts';
import { dialledNumber } from './numbers/check-number.ts';
import type { DialableNumber } from './numbers/dial-as.ts';
import { fill } from './template.ts';
import { variablesFor } from './variables.ts';

/** The fields of a callback request that the rules check. */
export interface RuleRequest {
  to: string;
  agent?: string | undefined;
  callerId?: string | undefined;
  variables?: Readonly<Record<string, string>> | undefined;
  timeoutSeconds?: number | undefined;
  classic?: ClassicTarget | undefined;
}

/** A call that the route allows, in the terms of Originate. */
export interface Plan {
  route: string;
  first: RouteSettings['first'];
  /** The number that Asterisk dials. */
  to: DialableNumber;
  /** Absent for an internal number. */
  e164?: string;
  agent: string;
  channel: string;
  context: string;
  exten: string;
  priority: string;
  /** The number that the first phone shows. */
  callerIdForFirst: string;
  /** The caller id in the dialplan, which the second phone or the trunk gets. */
  callerIdForSecond: string;
  timeoutSeconds: number;
  variables: Record<string, string>;
}

/**
 * Checks a request against its route and returns the call to place.
 *
 * @throws CallbackError for the first field that the route does not allow.
 */
export function applyRules(request: RuleRequest, route: RouteSettings, routeName: string, now: Date): Plan {
  checkClassic(request.classic ?? {}, route.classic);
  const agent = agentFor(request.agent, route);
  const dialled = dialledNumber(request.to, route.to);
  const parties = { agent, to: dialled.to };
  const callerId = callerIdFor(request.callerId, route, parties);
  const variables = variablesFor(request.variables, route);
  if (route.hours !== undefined) checkHours(route.hours, now);

  // The agent sees the customer's number. The customer, and so the trunk, sees the caller id.
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
