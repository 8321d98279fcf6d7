import type { ClassicTarget } from '../rules/classic.ts';
import type { Deadline } from '../shared/deadline.ts';
import { timed } from '../shared/stopwatch.ts';
import { logCallback, type Trace } from '../telemetry/log.ts';
import type { PlacedCallback } from './callback.ts';
import { CallbackError } from './callback-error.ts';
import { idempotentCallbackId, newCallbackId } from './callback-id.ts';
import { type CallbackRequest, invalidRequest, parseCallbackRequest } from './callback-request.ts';
import { fingerprintOf, type KeyedRequest, RecentRequests } from './idempotency.ts';
import { afterOriginate, placeCallback } from './place-callback.ts';
import type { Principal } from './principal.ts';
import { services } from './services.ts';

export interface AcceptOptions {
  deadline: Deadline;
  /** Whether the caller may use a route. Left out for callers who may use all. */
  mayUseRoute?: (route: string) => boolean;
  /** The `c` and `p` of a classic URL. */
  classic?: ClassicTarget;
  /** Makes repeats of a request one callback: the caller, and the key that the caller gave. */
  idempotency?: ({ principal: Principal; key: string } & Omit<KeyedRequest, 'fingerprint'>) | undefined;
  /** Receives the duration of each stage, also if the request fails. */
  trace?: Trace;
}

const recent = new RecentRequests();

/** Validates the input, places the callback and logs it. Used by every handler. */
export async function acceptCallback(input: unknown, options: AcceptOptions): Promise<PlacedCallback> {
  const { trace = { milliseconds: {} } } = options;
  const placed = await timed(trace.milliseconds, 'total', () => validateAndPlace(input, options, trace));
  await afterOriginate(placed.callback, () => logCallback(placed.callback, trace, placed.replayed));
  return placed;
}

function validateAndPlace(
  input: unknown,
  { deadline, idempotency, classic, mayUseRoute }: AcceptOptions,
  { milliseconds: timings }: Trace,
): Promise<PlacedCallback> {
  const request = validate(input, mayUseRoute);
  const place = (id: string, fingerprint?: string): Promise<PlacedCallback> =>
    placeCallback(services, request, { id, deadline, classic, fingerprint, timings });
  if (!idempotency) return place(newCallbackId());
  const { principal, key, seconds, delivery } = idempotency;
  const id = idempotentCallbackId(principal, key);
  const fingerprint = fingerprintOf({ request, classic });
  return recent.once(id, { fingerprint, seconds, delivery }, () => place(id, fingerprint));
}

function validate(input: unknown, mayUseRoute: AcceptOptions['mayUseRoute']): CallbackRequest {
  const parsed = parseCallbackRequest(input);
  if (!parsed.ok) throw invalidRequest(parsed.errors);
  if (mayUseRoute && !mayUseRoute(parsed.request.route)) {
    throw new CallbackError('route-not-allowed', 'Use a route that the settings of the key list');
  }
  return parsed.request;
}
