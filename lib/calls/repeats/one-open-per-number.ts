import { CallbackError } from '../../problems/callback-error.ts';
import type { Deadline } from '../../shared/deadline.ts';
import type { StoredCallback } from '../../store/callback-record.ts';
import { openNumberKeyName } from '../../store/idempotency-keys.ts';
import type { Services } from '../services.ts';
import { awaitFirstRequest } from './await-first-request.ts';
import { KeyHeld, KeyHold } from './key-hold.ts';

const FINGERPRINT = 'one open callback';

/** Returns the hold of the key that lets a number have only one open callback on a line. */
export function openNumberHold({ store }: Services, line: string, number: string, id: string): KeyHold {
  const keys = [{ name: openNumberKeyName(line, number), windowMs: 0 }];
  return new KeyHold({ store, keys, id, fingerprint: FINGERPRINT });
}

/**
 * Takes the key of a number. If the number has an open callback, returns this callback instead.
 *
 * @throws CallbackError store-unreachable.
 */
export async function takeOrFindOpen(
  services: Services,
  hold: KeyHold,
  until: Deadline,
): Promise<StoredCallback | undefined> {
  for (;;) {
    try {
      await hold.taken();
      return undefined;
    } catch (error) {
      if (!(error instanceof KeyHeld)) throw error;
      const options = { fingerprint: FINGERPRINT, until, notPlaced: notStored };
      const first = await awaitFirstRequest(services, error.held, options);
      if (first.is === 'placed') return first.record;
      hold.tryAgain(first.is === 'over' ? first.key : undefined);
    }
  }
}

const notStored = (): CallbackError =>
  new CallbackError(
    'store-unreachable',
    'Another request for this number has not been stored yet, and nothing rang. Send the request again later',
  );
