import { CallbackError } from '../../problems/callback-error.ts';
import type { Deadline } from '../../shared/deadline.ts';
import type { HeldKey } from '../../store/idempotency-keys.ts';
import type { PlacedCallback } from '../callback.ts';
import { newCallbackId } from '../callback-id.ts';
import type { Services } from '../services.ts';
import { awaitFirstRequest } from './await-first-request.ts';
import { KeyHeld, KeyHold } from './key-hold.ts';
import { type Idempotency, keysOf } from './request-keys.ts';

export interface OnceOptions {
  idempotency: Idempotency;
  fingerprint: string;
  /** How long a repeat waits for the first request. */
  until: Deadline;
}

/**
 * Places a callback. If another request holds its idempotency key, returns or throws the result of that request.
 *
 * @throws CallbackError idempotency-key-reused if the key belongs to another request; store-unreachable.
 */
export async function placeOnce(
  services: Services,
  { idempotency, fingerprint, until }: OnceOptions,
  place: (hold: KeyHold) => Promise<PlacedCallback>,
): Promise<PlacedCallback> {
  const { store } = services;
  const hold = new KeyHold({ store, keys: keysOf(idempotency), id: newCallbackId(), fingerprint });
  for (;;) {
    const placed = await placeOrFindFirst(hold, place);
    if ('callback' in placed) return placed;
    const first = await awaitFirstRequest(services, placed.held, { fingerprint, until });
    if (first.is === 'placed') {
      await hold.bindTo(first.record.callback.id);
      return first.replay();
    }
    // The rules refused this request, and it is not a repeat.
    if (placed.refusal !== undefined) throw placed.refusal;
    hold.tryAgain(first.is === 'over' ? first.key : undefined);
  }
}

type PlacedOrHeld = PlacedCallback | { held: HeldKey; refusal?: unknown };

async function placeOrFindFirst(
  hold: KeyHold,
  place: (hold: KeyHold) => Promise<PlacedCallback>,
): Promise<PlacedOrHeld> {
  try {
    return await place(hold);
  } catch (error) {
    if (error instanceof KeyHeld) return { held: error.held };
    // A phone can have rung only if the error carries the callback.
    if (error instanceof CallbackError && error.callback) throw error;
    if (hold.wasTried) {
      await hold.release();
      throw error;
    }
    // A repeat gets the result of its first request even if the rules would refuse it now.
    const held = await hold.heldByAnother();
    if (held) return { held, refusal: error };
    throw error;
  }
}
