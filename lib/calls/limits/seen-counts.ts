import type { StoreOpener } from '../../store/open-store.ts';
import type { RequestLimit } from './limits-that-apply.ts';

const MAX_REMEMBERED = 1_000;
/**
 * A limit has room if less than this share is used and at least LEAST_ROOM are left. With room, a request is counted at the
 * same time as its other checks. If another check refuses the request, its count is given back. If a limit has room,
 * even many such counts at the same time do not reach the limit.
 */
const SHARE_WITH_ROOM = 0.5;
const LEAST_ROOM = 20;

/** The counts that this process saw last. The store decides, because other processes count too. */
export class SeenCounts {
  readonly #counts = new Map<string, number>();

  /** Whether the store most likely refuses the next request. */
  isReached(limit: RequestLimit): boolean {
    return (this.#counts.get(nameOf(limit)) ?? 0) >= limit.max;
  }

  /** Returns false also if this process has not seen a count of the limit. */
  hasRoom(limit: RequestLimit): boolean {
    const count = this.#counts.get(nameOf(limit));
    return count !== undefined && count < SHARE_WITH_ROOM * limit.max && limit.max - count >= LEAST_ROOM;
  }

  set(limit: RequestLimit, count: number): void {
    if (this.#counts.size >= MAX_REMEMBERED) this.#counts.clear();
    this.#counts.set(nameOf(limit), count);
  }
}

const nameOf = ({ counter, window }: RequestLimit): string => `${counter} ${window}`;

const seen = new WeakMap<StoreOpener, SeenCounts>();

/** Returns what this process saw of the counts in a store. */
export function seenIn(store: StoreOpener): SeenCounts {
  const counts = seen.get(store) ?? new SeenCounts();
  seen.set(store, counts);
  return counts;
}
