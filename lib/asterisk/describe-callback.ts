import { header, packetRecord, type Reply } from '../ajam/index.ts';
import type { Callback } from '../calls/callback.ts';
import type { Wait } from '../calls/callback-request.ts';
import type { CallFacts } from '../outcome/call-facts.ts';
import { ownResponse } from '../outcome/originate-response.ts';
import { isDecided, type Outcome, withOutcome } from '../outcome/outcome.ts';
import type { CallbackError } from '../problems/callback-error.ts';
import type { Deadline } from '../shared/deadline.ts';

/** Adds Asterisk's reply to the Originate. */
export function withReply(callback: Callback, { response }: Reply): Callback {
  if (!response) return callback;
  const message = header(response, 'Message');
  const originate = { response: response.name, ...(message && { message }) };
  return { ...callback, asterisk: { ...originate, ...callback.asterisk, originate } };
}

/** Adds Asterisk's reply to an Originate that it refused. */
export const withRefusal = (
  asterisk: Callback['asterisk'],
  { asteriskMessage: message }: CallbackError,
): Callback['asterisk'] => ({
  ...asterisk,
  originate: { response: 'Error', ...(message !== undefined && { message }) },
});

/** Adds the outcome that the events show, and the OriginateResponse if it was received. */
export function withEvents(callback: Callback, facts: CallFacts, outcome: Outcome): Callback {
  const response = ownResponse(facts);
  if (!response && facts.channels.size === 0) return callback;
  const asterisk = { ...callback.asterisk, ...(response && { event: packetRecord(response) }) };
  return withOutcome({ ...callback, asterisk }, outcome);
}

const OPEN: readonly string[] = ['queued', 'ringing', 'in-progress', 'unknown'];

/** Adds `waitEnded` if the time was up before `wait` was decided. */
export function withWaitEnded(
  callback: Callback,
  { wait, until }: { wait: Wait; until: Deadline },
): Callback {
  const { first, second } = callback.legs;
  const over = !OPEN.includes(callback.status);
  return until.hasPassed && !isDecided({ first, second, over }, wait)
    ? { ...callback, waitEnded: 'timeout' }
    : callback;
}
