import { CallbackError } from '../../problems/callback-error.ts';
import type { StoreOpener } from '../../store/open-store.ts';
import type { RequestLimit } from './limits-that-apply.ts';
import { seenIn } from './seen-counts.ts';

/**
 * Counts a request in each of these limits, or in none. lib/store/counters.ts adds and gives back the counts.
 *
 * @throws CallbackError limit-reached, store-unreachable.
 */
export async function countOrRefuse(open: StoreOpener, limits: readonly RequestLimit[]): Promise<void> {
  const store = await open();
  const result = await store.countWithin(limits);
  const seen = seenIn(open);
  if (!result.counted) {
    seen.set(result.reached, result.reached.max);
    throw limitReached(result.reached);
  }
  for (const [index, limit] of limits.entries()) seen.set(limit, result.counts[index] ?? 0);
}

/** Returns the refusal of a request above a limit: 429 with `Retry-After` in seconds. */
function limitReached({ name, parameter, max, endsAt }: RequestLimit): CallbackError {
  const seconds = Math.max(1, Math.ceil((endsAt - Date.now()) / 1000));
  return new CallbackError(
    'limit-reached',
    `The limit "${name}" of ${parameter} is reached: it allows ${max}. Send the request again in ${seconds} seconds`,
    { limit: name, headers: { 'retry-after': String(seconds) } },
  );
}
