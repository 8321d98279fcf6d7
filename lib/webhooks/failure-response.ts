import { CallbackError } from '../calls/callback-error.ts';
import { PROBLEMS, type ProblemCode } from '../calls/problems.ts';
import { asProblem } from '../http/problem-from-error.ts';
import { maskNumbers } from '../shared/mask.ts';
import type { Received } from './receive.ts';

export interface Failure {
  /** What went wrong, for the log. */
  problem: CallbackError;
  /** What the sender is told; undefined: that all is well. */
  told: CallbackError | undefined;
}

/**
 * What becomes of an event whose call failed.
 *
 * @param unknownUser Whom the event names, if nobody knows his extension.
 */
export function failureOf(error: unknown, received: Received, unknownUser?: string): Failure {
  const problem = explained(asProblem(error), received.name, unknownUser);
  if (received.source.ofRecords && isOfRecord(problem)) return { problem, told: undefined };
  const isOurs = PROBLEMS[problem.code].status >= 500;
  const late = received.source.repeatsLate && isOurs && !isDated(received);
  return { problem, told: late ? undated(problem) : problem };
}

function explained(problem: CallbackError, name: string, user: string | undefined): CallbackError {
  if (problem.code === 'idempotency-key-reused') {
    const message = `Another event came with the same key: see "key" in "map" of webhooks/${name}`;
    return new CallbackError(problem.code, message, { cause: problem });
  }
  if (problem.code !== 'agent-missing') return problem;
  const message =
    user === undefined
      ? `The event names no user: give "agents" of webhooks/${name} a "*", or the route an "agent"`
      : `"agents" of webhooks/${name} has no extension for the user ${shown(user)}: add him, or "*" for everybody`;
  return new CallbackError('agent-missing', message, { errors: [{ field: 'agent', message }] });
}

/** Returns a user id as a message may show it: without phone numbers and control characters, at most 64 characters. */
const shown = (user: string): string =>
  maskNumbers(user)
    .replace(/[^\w.[\]*-]/g, '?')
    .slice(0, 64);

/** Refusals that will come again and again while people write records as they like. */
const OF_RECORDS: readonly ProblemCode[] = [
  'agent-missing',
  'destination-not-allowed',
  'number-invalid',
  'outside-hours',
];

/**
 * Nobody has clicked, so nobody waits for the answer; but senders of records give up a webhook that refuses too often
 * (Pipedrive, Kommo), and with it the calls of all other records.
 */
function isOfRecord({ code, errors = [] }: CallbackError): boolean {
  if (code !== 'request-invalid') return OF_RECORDS.includes(code);
  // Whole sentences stand where a number should.
  return errors.length > 0 && errors.every(({ field }) => field === 'to');
}

const isDated = ({ reading, settings }: Received): boolean =>
  (reading.call && reading.time !== undefined) || settings.map?.['time'] !== undefined;

/**
 * It would come again for days (HubSpot's workflows: three), and without a time nobody could tell that the call comes
 * late. So the sender is told not to.
 */
const undated = (problem: CallbackError): CallbackError =>
  new CallbackError('event-undated', problem.message, {
    asteriskMessage: problem.asteriskMessage,
    callback: problem.callback,
    cause: problem,
  });
