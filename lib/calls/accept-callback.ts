import type { ClassicTarget } from '../rules/classic.ts';
import { logCallback, type Timings, type Trace } from '../telemetry/log.ts';
import type { Callback } from './callback.ts';
import { CallbackError } from './callback-error.ts';
import { idempotentCallbackId, newCallbackId } from './callback-id.ts';
import { type CallbackRequest, type FieldError, parseCallbackRequest } from './callback-request.ts';
import { type Answered, fingerprintOf, type KeyedRequest, RecentRequests } from './idempotency.ts';
import { place } from './place-callback.ts';
import { switchboard } from './services.ts';

export interface DialOptions {
  /** When an answer must be there, as `Date.now()` tells time. */
  until: number;
  /** Whether who asks may use a route; a schedule's owner may use all. */
  mayUseRoute?: (route: string) => boolean;
  /** What a classic URL asked for besides. */
  classic?: ClassicTarget;
  /** Makes repeats of a request one call: who asks, the key that he gave it, and what else is known of the key. */
  idempotency?: ({ principal: string; key: string } & Omit<KeyedRequest, 'fingerprint'>) | undefined;
  /** Filled with what each stage took, for who logs a failure. */
  trace?: Trace;
}

const recent = new RecentRequests();

/** The way of every door from an object that came from outside to a callback that was placed and logged. */
export const dial = async (input: unknown, options: DialOptions): Promise<Callback> =>
  (await dialOnce(input, options)).callback;

/** As `dial`, and tells whether it repeats a call that was placed before. */
export async function dialOnce(input: unknown, options: DialOptions): Promise<Answered> {
  const { idempotency, classic, trace = { milliseconds: {} } } = options;
  const started = performance.now();
  const request = permitted(input, options);
  const placeAs = async (id: string, fingerprint?: string): Promise<Answered> => {
    let replayed = false;
    const onRepeat = (): void => {
      replayed = true;
    };
    const callback = await place(switchboard, request, {
      id,
      until: options.until,
      classic,
      ...(fingerprint !== undefined && { occasion: { request: fingerprint, onRepeat } }),
      took: (stage, ms) => add(trace.milliseconds, stage, ms),
    });
    return { callback, replayed };
  };
  const id = idempotency && idempotentCallbackId(idempotency.principal, idempotency.key);
  const fingerprint = id && fingerprintOf({ request, classic });
  const { seconds, delivery } = idempotency ?? {};
  const answered = fingerprint
    ? await recent.once(id, { fingerprint, seconds, delivery }, () => placeAs(id, fingerprint))
    : await placeAs(newCallbackId());
  add(trace.milliseconds, 'total', performance.now() - started);
  logCallback(answered.callback, trace, answered.replayed);
  return answered;
}

function permitted(input: unknown, { mayUseRoute }: DialOptions): CallbackRequest {
  const parsed = parseCallbackRequest(input);
  if (!parsed.ok) throw invalidRequest(parsed.errors);
  if (mayUseRoute && !mayUseRoute(parsed.request.route)) {
    throw new CallbackError('route-not-allowed', 'Use a route that the settings of the key list');
  }
  return parsed.request;
}

export function invalidRequest(errors: FieldError[]): CallbackError {
  const detail = errors.map(({ field, message }) => `${field || 'The request'} ${message}`).join('; ');
  return new CallbackError('request-invalid', detail, { errors });
}

function add(milliseconds: Timings, stage: string, ms: number): void {
  milliseconds[stage] = Math.round(((milliseconds[stage] ?? 0) + ms) * 10) / 10;
}
