import { Logger } from '@aws-lambda-powertools/logger';
import type { Callback } from '../calls/callback.ts';
import type { CallbackError } from '../calls/callback-error.ts';
import { PROBLEMS, type ProblemCode } from '../calls/problems.ts';
import { mask } from '../shared/mask.ts';
import type { Timings } from '../shared/stopwatch.ts';
import { countFailure, countPlaced, SERVICE } from './metrics.ts';

/** JSON lines without secrets, bodies or whole phone numbers; LOG_LEVEL and POWERTOOLS_* set it up. */
export const log = new Logger({ serviceName: SERVICE });

/** What is logged of a request besides what became of it. */
export interface Trace {
  /** Lambda's own; a problem's `instance`. */
  requestId?: string | undefined;
  /** Of a queue. */
  messageId?: string;
  /** Which key it came with. */
  key?: string;
  milliseconds: Timings;
}

/** The one line of a callback that was placed, or that repeats one. */
export function logCallback(callback: Callback, trace: Trace, replayed: boolean): void {
  log.info('callback', { ...shown(callback), replayed, ...trace });
  countPlaced(trace.milliseconds, replayed);
}

/** The one line of what was done to a call that lives. */
export function logControl(action: 'ended' | 'digits', callback: Callback, trace: Trace): void {
  log.info(action, { ...shown(callback), ...trace });
}

/** The one line of a request that was refused or failed. What its caller is not told stands in the cause. */
export function logFailure(problem: CallbackError, trace: Trace = { milliseconds: {} }): void {
  const { code, message, cause, callback, hint } = problem;
  const { status } = PROBLEMS[code];
  const why = cause instanceof Error && cause.message !== message ? { cause: whyOf(code, cause) } : {};
  const line = {
    ...(callback && shown(callback)),
    ...{ code, httpStatus: status, detail: scrub(message), ...why, ...trace },
    ...(hint && { hint: scrub(hint) }),
  };
  if (status >= 500) log.error('failed', line);
  else log.warn('refused', line);
  countFailure(code);
}

/** Of what nobody foresaw, where it happened as well. */
const whyOf = (code: ProblemCode, cause: Error): string =>
  scrub((code === 'internal-error' && cause.stack) || String(cause));

const shown = ({ id, status, route, pbx, agent, to }: Callback) => ({
  ...{ id, status, route, pbx },
  ...{ agent: scrub(agent), to: mask(to) },
});

/** Extensions stay readable, phone numbers do not, wherever a text has them. */
export const scrub = (text: string): string => text.replace(/\d{7,}/g, mask);
