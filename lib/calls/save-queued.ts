import { CallbackError } from '../problems/callback-error.ts';
import type { NewRecord, StoredCallback } from '../store/callback-record.ts';
import type { Store } from '../store/store.ts';
import { VOID_MS } from './callback-id.ts';

/**
 * Stores a callback that a runner will place.
 *
 * @param isRepeatable Whether a repeat of the request finds this callback.
 * @throws CallbackError store-unreachable without the callback if nothing will be stored. If the callback may be stored,
 * the error has the callback. Then the error is store-unreachable for a repeatable request, otherwise outcome-unknown.
 */
export async function saveQueued(
  store: Store,
  record: NewRecord,
  isRepeatable: boolean,
): Promise<StoredCallback> {
  const { callback } = record;
  try {
    const stored = (await store.saveCallback(record)) ?? (await store.readCallback(callback.id));
    if (stored) return stored;
  } catch (error) {
    // The write may have happened, or may still happen. A voided id can no longer be written.
    try {
      const stored = await store.voidCallback(callback.id, Date.now() + VOID_MS);
      if (stored) return stored;
    } catch {
      const details = { cause: error, callback: { ...callback, status: 'unknown' as const } };
      throw isRepeatable
        ? new CallbackError('store-unreachable', `${MAYBE_STORED} Send the same request again`, details)
        : new CallbackError('outcome-unknown', `${MAYBE_STORED} Ask for it by its id`, details);
    }
    throw error;
  }
  throw new CallbackError(
    'store-unreachable',
    'Storing the callback took too long, so the callback was not accepted. Send the same request again',
  );
}

const MAYBE_STORED = 'The store did not answer, so the callback may have been accepted.';
