import { createHmac } from 'node:crypto';
import { CallbackError } from '../problems/callback-error.ts';
import type { Settings } from '../settings/settings.ts';
import type { StoreOpener } from '../store/open-store.ts';

/**
 * Refuses a number of the do-not-call list. Without `doNotCallSecret` there is no list, and the store is not asked.
 *
 * @param number In the form that records have: E.164, or an extension.
 * @throws CallbackError do-not-call, store-unreachable.
 */
export async function checkDoNotCall(
  opener: StoreOpener,
  { doNotCallSecret }: Pick<Settings, 'doNotCallSecret'>,
  number: string,
): Promise<void> {
  if (doNotCallSecret === undefined) return;
  const store = await opener();
  if (await store.isDoNotCall(doNotCallHash(doNotCallSecret, number)))
    throw new CallbackError('do-not-call', 'This number is on the do-not-call list. Nothing rang', {
      field: 'to',
    });
}

/** Without the secret nobody can find the number of a hash. */
export const doNotCallHash = (secret: string, number: string): string =>
  createHmac('sha256', secret).update(number).digest('base64url');

/** Returns an id of the secret, which shows with which secret an entry was made. The id does not reveal the secret. */
export const secretIdOf = (secret: string): string =>
  createHmac('sha256', secret).update('id of the secret').digest('base64url').slice(0, 8);
