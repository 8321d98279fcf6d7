import { Logger } from '@aws-lambda-powertools/logger';
import type { Callback, PlacedCallback } from '../calls/callback.ts';
import type { CallbackError } from '../problems/callback-error.ts';
import { PROBLEMS } from '../problems/problem-codes.ts';
import { mask, maskNumbers } from '../shared/mask.ts';
import type { Timings } from '../shared/stopwatch.ts';
import { countEnded, countFailure, countPlaced, SERVICE } from './metrics.ts';

const LEVELS = { TRACE: 6, DEBUG: 8, INFO: 12, WARN: 16, ERROR: 20, CRITICAL: 24, SILENT: 28 };

/**
 * Applies LOG_LEVEL. Powertools ignores LOG_LEVEL if Lambda has a log level of its own. The level of Lambda must stay
 * INFO: metrics are lines without a level, and Lambda would drop them with any higher level.
 */
class LevelLogger extends Logger {
  readonly #least = Object.entries(LEVELS).find(([name]) => name === process.env['LOG_LEVEL'])?.[1] ?? 0;

  protected override printLog(level: number, item: Parameters<Logger['printLog']>[1]): void {
    if (level >= this.#least) super.printLog(level, item);
  }
}

/** The id of a lead or contact may be as long as a phone number, so this field is not masked. lib/webhooks checks it. */
const READABLE = 'record';

/** Masks the phone numbers in every text of a log line. Used as the replacer of `JSON.stringify`. */
const redact = (field: string, value: unknown): unknown =>
  typeof value === 'string' && field !== READABLE ? maskNumbers(value) : value;

/**
 * Writes JSON lines. Masks phone numbers in all of them. Callers must not log secrets and bodies. LOG_LEVEL and
 * POWERTOOLS_* configure it.
 */
export const log = new LevelLogger({ serviceName: SERVICE, jsonReplacerFn: redact });

/** The first line gets `cold_start`, because its caller waited for the start of the function. */
let isFirst = true;
function coldStart() {
  const fields = isFirst && { cold_start: true };
  isFirst = false;
  return fields;
}

/** Fields of the log line of one request that do not depend on its outcome. */
export interface Trace {
  /** The request id of Lambda. It is the `instance` of a problem. */
  requestId?: string | undefined;
  /** The id of a message in a queue. */
  messageId?: string;
  /** The id of the key that admitted the request, or `webhooks/<name>`. */
  key?: string;
  /** The lead, contact or other record that a webhook is about, by its id in the CRM. */
  record?: string;
  milliseconds: Timings;
}

/** Logs a callback that was placed, or the earlier callback that a repeated request got instead of a new one. */
export function logCallback({ callback, replayed, alreadyOpen }: PlacedCallback, trace: Trace): void {
  const line = { ...shown(callback), replayed, ...(alreadyOpen && { alreadyOpen }) };
  log.info('callback', { ...line, ...trace, ...coldStart() });
  countPlaced(trace.milliseconds, replayed || alreadyOpen === true);
}

/** Logs that a callback of a line is over. */
export function logEnded(callback: Callback, more: { line: string | undefined; attempts: number }): void {
  log.info('callback ended', { ...shown(callback), ...more });
  countEnded(callback.status, more.attempts);
}

/** Logs what a request did to a live call. */
export function logControl(action: 'ended' | 'digits', callback: Callback, trace: Trace): void {
  log.info(action, { ...shown(callback), ...trace, ...coldStart() });
}

/** Logs that a line or an agent was paused or resumed, and by which key. */
export function logPause(pause: { line: string; agent?: string; paused: boolean }, trace: Trace): void {
  log.info(pause.paused ? 'paused' : 'resumed', { ...pause, ...trace });
}

/** Logs a request that was refused (4xx) or failed (5xx), with the hint and the cause that its caller does not receive. */
export function logFailure(problem: CallbackError, trace: Trace): void {
  const { code, message, callback, hint, limit } = problem;
  const { status } = PROBLEMS[code];
  const cause = causeOf(problem);
  const line = {
    ...(callback && shown(callback)),
    code,
    httpStatus: status,
    detail: message,
    ...(cause && { cause }),
    ...(hint && { hint }),
    ...(limit && { limit }),
    ...trace,
    ...coldStart(),
  };
  if (status >= 500) log.error('failed', line);
  else log.warn('refused', line);
  countFailure(code);
}

/** Logs that a write to the store failed. Only for writes that are not needed to prevent a second call. */
export function warnOfStore(error: unknown): void {
  const { code, message, hint, cause } = error as Partial<CallbackError>;
  log.warn('not recorded', { code, detail: message, cause: cause && String(cause), hint });
}

/** Returns the cause as text. For an unexpected error, the text has the stack. */
function causeOf({ code, cause, message }: CallbackError): string | undefined {
  if (!(cause instanceof Error) || cause.message === message) return undefined;
  return (code === 'internal-error' && cause.stack) || String(cause);
}

const shown = ({ id, status, route, pbx, agent, to }: Callback) => ({
  id,
  status,
  route,
  pbx,
  agent,
  to: mask(to),
});
