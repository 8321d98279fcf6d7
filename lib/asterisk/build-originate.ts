import { type Action, isAjamError, originateAction } from '../ajam/index.ts';
import { CallbackError } from '../problems/callback-error.ts';
import type { Plan } from '../rules/plan-call.ts';
import { callVariables } from './channel-variables.ts';

interface OriginateOptions {
  /** The callback's id. */
  id: string;
  /** The ChannelId and ActionID of the attempt. @default the callback's id, as the first attempt has it */
  channelId?: string;
  /** The digits of the request, for the dialplan. */
  dtmf?: string | undefined;
}

/** Returns the Originate for a plan. @throws CallbackError route-invalid for a value that Asterisk would cut. */
export function buildOriginate(plan: Plan, { id, channelId = id, dtmf }: OriginateOptions): Action {
  const { route, agent, first } = plan;
  const ours = callVariables({ id, route, agent, to: plan.e164 ?? plan.to, first });
  try {
    return originateAction({
      channelId,
      channel: withoutOptimisation(plan.channel),
      context: plan.context,
      exten: plan.exten,
      priority: plan.priority,
      timeoutMs: Math.round(plan.timeoutSeconds * 1000),
      connectedLine: plan.callerIdForFirst,
      callerId: plan.callerIdForSecond,
      variables: { ...plan.variables, ...ours, ...(dtmf && { CALLBACK_DTMF: dtmf }) },
    });
  } catch (error) {
    if (!isAjamError(error)) throw error;
    throw new CallbackError('route-invalid', `Route ${plan.route}: ${error.message}`);
  }
}

/**
 * Returns a Local channel with the option `n`, and any other channel unchanged. Without `n` Asterisk removes the Local
 * channel, which has the callback's id, when the phone behind it talks. core_local.c reads the options after the last slash.
 */
function withoutOptimisation(channel: string): string {
  const [, resource] = /^Local\/(.+)$/i.exec(channel) ?? [];
  if (resource === undefined) return channel;
  const slash = resource.lastIndexOf('/');
  if (slash === -1) return `${channel}/n`;
  return resource.slice(slash).includes('n') ? channel : `${channel}n`;
}
