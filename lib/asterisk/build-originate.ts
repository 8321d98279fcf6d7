import { type Action, isAjamError, originateAction } from '../ajam/index.ts';
import { CallbackError } from '../calls/callback-error.ts';
import type { Plan } from '../rules/apply-rules.ts';
import { type CallVariables, callVariables } from './channel-variables.ts';

/** The order for a call that the rules allow. @throws CallbackError route-invalid for what Asterisk would cut off. */
export function originateOf(plan: Plan, call: CallVariables & { id: string; dtmf?: string }): Action {
  const { dtmf, ...told } = call;
  try {
    return originateAction({
      channelId: call.id,
      channel: lasting(plan.channel),
      context: plan.context,
      exten: plan.exten,
      priority: plan.priority,
      timeoutMs: Math.round(plan.timeoutSeconds * 1000),
      connectedLine: plan.callerIdForFirst,
      callerId: plan.callerIdForSecond,
      variables: { ...plan.variables, ...callVariables(told), ...(dtmf && { CALLBACK_DTMF: dtmf }) },
    });
  } catch (error) {
    if (!isAjamError(error)) throw error;
    throw new CallbackError('route-invalid', `Route ${plan.route}: ${error.message}`);
  }
}

/**
 * A Local channel that stays. Asterisk would optimise it away once the phone behind it talks, and the id with it:
 * then nobody could refuse a repeat. (core_local.c: options stand behind the last slash.)
 */
function lasting(channel: string): string {
  const [, resource] = /^Local\/(.+)$/i.exec(channel) ?? [];
  if (resource === undefined) return channel;
  const slash = resource.lastIndexOf('/');
  if (slash === -1) return `${channel}/n`;
  return resource.slice(slash).includes('n') ? channel : `${channel}n`;
}
