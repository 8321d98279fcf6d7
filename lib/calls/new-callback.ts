import type { Plan } from '../rules/apply-rules.ts';
import type { ClassicTarget } from '../rules/classic-url.ts';
import type { NewRecord } from '../store/callback-record.ts';
import type { Callback } from './callback.ts';
import type { CallbackRequest } from './callback-request.ts';

/** Returns the callback before its call is placed, and before a PBX is chosen. */
export function newCallback(plan: Plan, { metadata }: CallbackRequest, id: string): Callback {
  const second = plan.first === 'agent' ? 'customer' : 'agent';
  return {
    id,
    pbx: '',
    status: 'queued',
    route: plan.route,
    agent: plan.agent,
    to: plan.e164 ?? plan.to,
    legs: { first: { party: plan.first, status: 'waiting' }, second: { party: second, status: 'waiting' } },
    asterisk: { actionId: id },
    metadata,
  };
}

interface Asked {
  request: CallbackRequest;
  classic: ClassicTarget | undefined;
  principal: string;
  /** Unix time in milliseconds. */
  createdAt: number;
}

/** Returns the record of a direct callback before its attempt. */
export const newRecord = (
  callback: Callback,
  { request, classic, principal, createdAt }: Asked,
): NewRecord => ({
  callback,
  request: { ...request, ...(classic && { classic }) },
  principal,
  createdAt,
  observedAt: createdAt,
  number: callback.to,
});
