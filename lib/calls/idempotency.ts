import { createHash } from 'node:crypto';
import { SettingsError } from '../settings/settings-error.ts';
import type { PlacedCallback } from './callback.ts';
import { CallbackError } from './callback-error.ts';
import type { ProblemCode } from './problems.ts';

/** A request with an id that its key makes. */
export interface KeyedRequest {
  /** Says whether two requests are the same, see fingerprintOf. */
  fingerprint: string;
  /** How long it is known. */
  seconds?: number | undefined;
  /** Of a sender who uses a key again: what is the same for every delivery of one event, and for no later event. */
  delivery?: string | undefined;
}

export const keyReused = (): CallbackError =>
  new CallbackError(
    'idempotency-key-reused',
    'This Idempotency-Key was sent with another request: send a new key for a new request',
  );

/** Says whether two requests are the same; the order of fields does not matter. */
export function fingerprintOf(request: unknown): string {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(request, sorted)).digest('base64url');
}

interface Known extends Omit<KeyedRequest, 'seconds'> {
  answer: Promise<PlacedCallback>;
  /** As `Date.now()` tells time. */
  until: number;
}

/** As long as a store will remember; a process seldom lives as long. */
const KEPT_SECONDS = 24 * 3600;
const MOST_KEPT = 1000;

/**
 * What this process has seen: repeats that come to it are answered without a word to Asterisk, and concurrent ones
 * wait for the same call. A repeat that comes to another process is refused by Asterisk while the call lives.
 */
export class RecentRequests {
  readonly #known = new Map<string, Known>();
  readonly #most: number;

  constructor(most = MOST_KEPT) {
    this.#most = most;
  }

  /**
   * Places a callback unless the id is known. Then it returns, or throws, what the first request did.
   *
   * @throws CallbackError idempotency-key-reused if the id is known for another request.
   */
  async once(id: string, asked: KeyedRequest, place: () => Promise<PlacedCallback>): Promise<PlacedCallback> {
    const slot = asked.delivery === undefined ? id : `${id} ${asked.delivery}`;
    const known = this.#known.get(slot);
    if (known && Date.now() < known.until) {
      if (known.fingerprint !== asked.fingerprint) throw keyReused();
      return { ...(await known.answer), replayed: true };
    }
    const answer = place();
    const { seconds = KEPT_SECONDS, ...request } = asked;
    this.#remember(slot, { ...request, answer, until: Date.now() + seconds * 1000 });
    try {
      return await answer;
    } catch (error) {
      // By now the id may be known for a later request.
      if (nothingCanHaveRung(error) && this.#known.get(slot)?.answer === answer) this.#known.delete(slot);
      throw error;
    }
  }

  #remember(id: string, known: Known): void {
    this.#known.delete(id);
    this.#known.set(id, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > this.#most && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** After these the phone may ring. */
const MAY_HAVE_RUNG: readonly ProblemCode[] = ['outcome-unknown', 'pbx-no-answer', 'internal-error'];

/** Only then the same key may try again. An order that left without an answer is remembered as what it is: unknown. */
function nothingCanHaveRung(error: unknown): boolean {
  if (error instanceof SettingsError) return true;
  return error instanceof CallbackError && !error.callback && !MAY_HAVE_RUNG.includes(error.code);
}
