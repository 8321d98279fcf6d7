import type { ClassicTarget } from '../rules/classic-url.ts';
import type { Plan } from '../rules/plan-call.ts';
import type { NewRecord } from '../store/callback-record.ts';
import type { CallbackRequest } from './callback-request.ts';

interface Asked {
  id: string;
  request: CallbackRequest;
  /** The `c` (context) and `p` (priority) of an old `callback.php` URL. */
  classic?: ClassicTarget | undefined;
  /** The sender of the request, such as `keys/web`. */
  principal: string;
  /** Unix time in milliseconds. */
  createdAt: number;
}

/** Returns the record of a callback without a line, before a PBX is chosen. */
export function newRecord(plan: Plan, { id, request, classic, principal, createdAt }: Asked): NewRecord {
  const second = plan.first === 'agent' ? 'customer' : 'agent';
  const number = plan.e164 ?? plan.to;
  return {
    callback: {
      id,
      pbx: '',
      status: 'queued',
      route: plan.route,
      agent: plan.agent,
      to: number,
      legs: { first: { party: plan.first, status: 'waiting' }, second: { party: second, status: 'waiting' } },
      asterisk: { actionId: id },
      metadata: request.metadata,
    },
    request: { ...request, ...(classic && { classic }) },
    principal,
    createdAt,
    observedAt: createdAt,
    number,
  };
}
