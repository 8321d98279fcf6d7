import { header, type Reply } from '../ajam/index.ts';
import type { Plan } from '../rules/apply-rules.ts';
import type { Callback } from './callback.ts';
import type { CallbackRequest } from './callback-request.ts';

/** The callback before anything is known of it. */
export function newCallback(
  plan: Plan,
  request: CallbackRequest,
  { id, pbx }: { id: string; pbx: string },
): Callback {
  const second = plan.first === 'agent' ? 'customer' : 'agent';
  return {
    id,
    status: 'queued',
    route: plan.route,
    pbx,
    agent: plan.agent,
    to: plan.e164 ?? plan.to,
    legs: { first: { party: plan.first, status: 'waiting' }, second: { party: second, status: 'waiting' } },
    asterisk: { actionId: id },
    metadata: request.metadata,
  };
}

/** Adds Asterisk's answer to the order. */
export function withReply(callback: Callback, { response }: Reply): Callback {
  if (!response) return callback;
  const message = header(response, 'Message');
  const asterisk = { response: response.name, ...(message && { message }), ...callback.asterisk };
  return { ...callback, asterisk };
}
