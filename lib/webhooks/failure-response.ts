import { CallbackError } from '../problems/callback-error.ts';
import { PROBLEMS, type ProblemCode } from '../problems/problem-codes.ts';
import { asProblem } from '../problems/problem-from-error.ts';
import { maskNumbers } from '../shared/mask.ts';
import type { Received } from './receive.ts';

/**
 * Returns the problem for the log and the response to the sender, after the call of an event failed. If `response` is undefined,
 * the response is 204.
 *
 * @param unknownUser The user of the event, if the settings have no extension for this user.
 */
export function failureResponse(error: unknown, received: Received, unknownUser?: string) {
  const problem = explained(asProblem(error), received.name, unknownUser);
  const { ofRecords, repeatsLate } = received.source;
  if (ofRecords && isAboutRecord(problem)) return { problem, response: undefined };
  const isServerError = PROBLEMS[problem.code].status >= 500;
  const isLate = repeatsLate && isServerError && !hasTime(received);
  return { problem, response: isLate ? undated(problem) : problem };
}

function explained(problem: CallbackError, name: string, user: string | undefined): CallbackError {
  if (problem.code === 'idempotency-key-reused') {
    const message = `Another event came with the same key. See "key" in "map" of webhooks/${name}`;
    return new CallbackError(problem.code, message, { cause: problem });
  }
  if (problem.code !== 'agent-missing') return problem;
  const message =
    user === undefined
      ? `The event names no user. Add "*" to "agents" of webhooks/${name}, or an "agent" to the route`
      : `"agents" of webhooks/${name} has no extension for the user ${shown(user)}. Add this user, or "*" for everybody`;
  return new CallbackError('agent-missing', message, { field: 'agent' });
}

/** Returns at most 64 characters of a user id, without phone numbers and control characters. */
const shown = (user: string): string =>
  maskNumbers(user)
    .replace(/[^\w.[\]*-]/g, '?')
    .slice(0, 64);

/**
 * The problems of a single record. They come again and again, because people fill in records wrongly or change many records at
 * once. HubSpot would repeat a 429 for days.
 */
const ABOUT_RECORDS: readonly ProblemCode[] = [
  'agent-missing',
  'destination-not-allowed',
  'do-not-call',
  'limit-reached',
  'number-invalid',
  'outside-hours',
  'time-invalid',
];

/**
 * Returns whether the problem concerns this record alone. Nobody waits for the response. After many errors, Pipedrive and Kommo
 * switch off a webhook. This would stop the calls of all other records.
 */
function isAboutRecord({ code, errors = [] }: CallbackError): boolean {
  if (code !== 'request-invalid') return ABOUT_RECORDS.includes(code);
  // Some people write sentences into the field for the number.
  return errors.length > 0 && errors.every(({ field }) => field === 'to');
}

const hasTime = ({ reading, settings }: Received): boolean =>
  (reading.call && reading.time !== undefined) || settings.map?.['time'] !== undefined;

/**
 * Replaces a server error by a client error, so that the sender does not repeat the event. HubSpot's workflows repeat for three
 * days. Without a time, a repeated event does not show its age.
 */
const undated = (problem: CallbackError): CallbackError =>
  new CallbackError('event-undated', problem.message, {
    asteriskMessage: problem.asteriskMessage,
    callback: problem.callback,
    cause: problem,
  });
