import { randomUUID } from 'node:crypto';
import { newCallbackId } from '../../../lib/calls/callback-id.ts';
import type { NewRecord } from '../../../lib/store/callback-record.ts';

interface Wanted {
  createdAt?: number;
  route?: string;
  agent?: string;
  number?: string;
  line?: string;
  dueAt?: number;
  priority?: number;
  status?: NewRecord['callback']['status'];
}

/** A record of a new callback, as a request makes it. */
export function newRecord(wanted: Wanted = {}): NewRecord {
  const { createdAt = Date.now(), route = 'default', agent = '3200', number = '+74951234501' } = wanted;
  const id = newCallbackId(createdAt);
  return {
    callback: {
      id,
      status: wanted.status ?? 'queued',
      route,
      pbx: 'main',
      agent,
      to: number,
      legs: {
        first: { party: 'agent', status: 'waiting' },
        second: { party: 'customer', status: 'waiting' },
      },
      asterisk: { actionId: id },
      metadata: {},
    },
    request: { to: number, agent, route },
    principal: 'keys/web',
    createdAt,
    observedAt: createdAt,
    number,
    ...(wanted.line !== undefined && { line: wanted.line }),
    ...(wanted.dueAt !== undefined && { dueAt: wanted.dueAt }),
    ...(wanted.priority !== undefined && { priority: wanted.priority }),
  };
}

export const claimBy = (owner: string = randomUUID(), pbx = 'main') => ({
  owner,
  pbx,
  agent: '3200',
  at: Date.now(),
});
