import { Logger } from '@aws-lambda-powertools/logger';
import type { Callback } from '../lib/callback/callback.ts';
import { mask } from '../lib/callback/mask.ts';
import { PROBLEMS, type ProblemError } from '../lib/http/problem.ts';

/** JSON lines without secrets, bodies or whole phone numbers; LOG_LEVEL and POWERTOOLS_* set it up. */
export const log = new Logger({ serviceName: 'asterisk-callback' });

/** Milliseconds per stage. */
export type Timings = Record<string, number>;

/** The one line of a callback that was placed. */
export function logCallback(callback: Callback, milliseconds: Timings): void {
  const { id, status, route, pbx, agent, to } = callback;
  log.info('callback', { id, status, route, pbx, agent, to: mask(to), milliseconds });
}

/** The one line of a request that was refused or failed; only what is our own fault carries its cause. */
export function logFailure(problem: ProblemError): void {
  const { code, message } = problem;
  const { status } = PROBLEMS[code];
  if (code === 'internal-error') log.error('failure', { code, status, cause: String(problem.cause) });
  else log.warn('refused', { code, status, detail: message });
}
