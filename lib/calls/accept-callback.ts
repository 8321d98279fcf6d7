import { CallbackError } from '../problems/callback-error.ts';
import type { ClassicTarget } from '../rules/classic-url.ts';
import type { Deadline } from '../shared/deadline.ts';
import { timed } from '../shared/stopwatch.ts';
import { logCallback, type Trace } from '../telemetry/log.ts';
import type { PlacedCallback } from './callback.ts';
import { newCallbackId } from './callback-id.ts';
import { type CallbackRequest, callbackRequest } from './callback-request.ts';
import { type PlaceOptions, placeCallback } from './place-callback.ts';
import { queueCallback } from './queue-callback.ts';
import { afterOriginate } from './record-outcome.ts';
import { placeOnce } from './repeats/place-once.ts';
import type { Principal } from './repeats/request-keys.ts';
import { fingerprintOf, type Idempotency } from './repeats/request-keys.ts';
import { parseRequest } from './request-schema.ts';
import { services } from './services.ts';
import { type MayUseRoute, outlineOf } from './visible-callbacks.ts';

export interface AcceptOptions {
  deadline: Deadline;
  /** The sender of the request, for the record. */
  principal: Principal;
  /** Absent for a caller that may use all routes. */
  mayUseRoute?: MayUseRoute;
  /** The `c` (context) and `p` (priority) of an old `callback.php` URL. */
  classic?: ClassicTarget;
  /** The key by which repeats of a request are recognised. */
  idempotency?: Idempotency | undefined;
  /** Receives the duration of each stage, even if the request fails. */
  trace?: Trace;
}

/** Validates the input, places the callback or queues it, and logs it. Every handler uses this function. */
export async function acceptCallback(input: unknown, options: AcceptOptions): Promise<PlacedCallback> {
  const { trace = { milliseconds: {} } } = options;
  const placed = await timed(trace.milliseconds, 'total', () => validateAndPlace(input, options, trace));
  await afterOriginate(placed.callback, () => logCallback(placed, trace));
  const { callback, alreadyOpen } = placed;
  // The open callback may belong to a route that this caller may not use.
  const isForeign = alreadyOpen && options.mayUseRoute?.(callback.route) === false;
  return isForeign ? { ...placed, callback: outlineOf(callback) } : placed;
}

async function validateAndPlace(
  input: unknown,
  { deadline, principal, idempotency, classic, mayUseRoute }: AcceptOptions,
  { milliseconds: timings }: Trace,
): Promise<PlacedCallback> {
  const request = validate(input, mayUseRoute);
  // Loads the client of the store while the settings are read. Ignores an error, because the first use of the store throws it.
  services.store().catch(() => undefined);
  const options = { principal, deadline, classic, timings };
  if (!idempotency) {
    return await placeOrQueue(request, { id: newCallbackId(), ...options });
  }
  const fingerprint = fingerprintOf({ request, classic });
  const until = request.wait === 'accepted' ? deadline : deadline.within(request.waitSeconds * 1000);
  return await placeOnce(services, { idempotency, fingerprint, until }, (hold) =>
    placeOrQueue(request, { id: hold.id, hold, ...options }),
  );
}

/** Places the callback now, or in the line of its route. */
async function placeOrQueue(request: CallbackRequest, options: PlaceOptions): Promise<PlacedCallback> {
  const settings = await services.settings.get();
  const route = settings.routes[request.route];
  const { line } = route ?? {};
  if (!route || line === undefined) {
    return { callback: await placeCallback(services, request, options), replayed: false };
  }
  return await queueCallback(services, request, { ...options, settings, route, line });
}

const NOT_LISTED =
  'The key does not list this route. Send a "route" from "routes" of the key. A request without "route" means "default"';

function validate(input: unknown, mayUseRoute: MayUseRoute | undefined): CallbackRequest {
  const request = parseRequest(callbackRequest, input);
  if (mayUseRoute?.(request.route) === false) throw new CallbackError('route-not-allowed', NOT_LISTED);
  return request;
}
