import type { Callback } from '../lib/callback/callback.ts';
import { newCallbackId } from '../lib/callback/id.ts';
import { place } from '../lib/callback/place.ts';
import { parseCallbackRequest } from '../lib/callback/request.ts';
import type { ClassicTarget } from '../lib/callback/rules/classic.ts';
import { ProblemError } from '../lib/http/problem.ts';
import { logCallback, type Timings } from './log.ts';
import { switchboard } from './switchboard.ts';

export interface DialOptions {
  /** When an answer must be there, as `Date.now()` tells time. */
  until: number;
  /** Whether who asks may use a route; a schedule's owner may use all. */
  mayUseRoute?: (route: string) => boolean;
  /** What a classic URL asked for besides. */
  classic?: ClassicTarget;
}

/** The way of every door from an object that came from outside to a callback that was placed and logged. */
export async function dial(input: unknown, { until, mayUseRoute, classic }: DialOptions): Promise<Callback> {
  const parsed = parseCallbackRequest(input);
  if (!parsed.ok) {
    const detail = parsed.errors.map(({ field, message }) => `${field} ${message}`).join('; ');
    throw new ProblemError('request-invalid', detail, { errors: parsed.errors });
  }
  const { request } = parsed;
  if (mayUseRoute && !mayUseRoute(request.route)) {
    throw new ProblemError('route-not-allowed', 'Use a route that the settings of the key list');
  }
  const timings: Timings = {};
  const callback = await place(switchboard, request, {
    id: newCallbackId(),
    until,
    classic,
    took: (stage, ms) => {
      timings[stage] = Math.round(((timings[stage] ?? 0) + ms) * 10) / 10;
    },
  });
  logCallback(callback, timings);
  return callback;
}
