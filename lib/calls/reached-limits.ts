import type { StoreOpener } from '../store/open-store.ts';
import { CallbackError } from './callback-error.ts';
import type { RequestLimit } from './request-limits.ts';

const MAX_REMEMBERED = 1_000;

/** Limits that this process saw reached. Such a limit is asked first, alone, because it refuses most likely again. */
export class ReachedLimits {
  readonly #names = new Set<string>();

  has(limit: RequestLimit): boolean {
    return this.#names.has(nameOf(limit));
  }

  add(limit: RequestLimit): void {
    if (this.#names.size >= MAX_REMEMBERED) this.#names.clear();
    this.#names.add(nameOf(limit));
  }

  /** Callbacks that sent nothing were given back. */
  delete(limit: RequestLimit): void {
    this.#names.delete(nameOf(limit));
  }
}

const nameOf = ({ counter, window }: RequestLimit): string => `${counter} ${window}`;

const known = new WeakMap<StoreOpener, ReachedLimits>();

/** Returns what this process knows of the limits in a store. */
export function reachedIn(store: StoreOpener): ReachedLimits {
  const limits = known.get(store) ?? new ReachedLimits();
  known.set(store, limits);
  return limits;
}

export function limitReached({ name, parameter, max, endsAt }: RequestLimit): CallbackError {
  const seconds = Math.max(1, Math.ceil((endsAt - Date.now()) / 1000));
  return new CallbackError(
    'limit-reached',
    `The limit "${name}" of ${parameter} is reached: it allows ${max}. Send the request again in ${seconds} seconds`,
    { limit: name, headers: { 'retry-after': String(seconds) } },
  );
}
