import { CallbackError } from '../../problems/callback-error.ts';
import type { Deadline } from '../../shared/deadline.ts';
import type { StoredCallback } from '../../store/callback-record.ts';
import { openNumberKeyName } from '../../store/idempotency-keys.ts';
import type { Services } from '../services.ts';
import { awaitFirstRequest } from './await-first-request.ts';
import { KeyHeld, KeyHold } from './key-hold.ts';

const FINGERPRINT = 'one open callback';

/**
 * Makes sure that a number has only one open callback on a line, even if several requests arrive at once. It is an
 * idempotency key that is held until the callback is over.
 */
export class OpenNumber {
  readonly #services: Services;
  readonly #hold: KeyHold;

  constructor(services: Services, line: string, number: string, id: string) {
    this.#services = services;
    const keys = [{ name: openNumberKeyName(line, number), windowMs: 0 }];
    this.#hold = new KeyHold({ store: services.store, keys, id, fingerprint: FINGERPRINT });
  }

  /** Takes the key. Returns the open callback of the number, if there is one. @throws CallbackError store-unreachable. */
  async take(until: Deadline): Promise<StoredCallback | undefined> {
    for (;;) {
      try {
        await this.#hold.taken();
        return undefined;
      } catch (error) {
        if (!(error instanceof KeyHeld)) throw error;
        const options = { fingerprint: FINGERPRINT, until, notPlaced: notStored };
        const holder = await awaitFirstRequest(this.#services, error.held, options);
        if (holder.is === 'placed') return holder.record;
        this.#hold.tryAgain(holder.is === 'over' ? holder.key : undefined);
      }
    }
  }

  /** Frees the key if the callback was not stored. Never throws. */
  release(): Promise<void> {
    return this.#hold.release();
  }
}

const notStored = (): CallbackError =>
  new CallbackError(
    'store-unreachable',
    'Another request for this number has not been stored yet, and nothing rang. Send the request again later',
  );
