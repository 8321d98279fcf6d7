import { CallbackError } from '../problems/callback-error.ts';
import { searchedNumber } from '../rules/numbers/searched-number.ts';
import type { Settings } from '../settings/settings.ts';
import { doNotCallHash, secretIdOf } from './check-do-not-call.ts';
import type { AddedNumber, DoNotCallRequest } from './do-not-call-request.ts';
import { invalidRequest } from './request-schema.ts';
import type { Services } from './services.ts';
import { type MayUseRoute, usableRoutes } from './visible-callbacks.ts';

type DoNotCallServices = Pick<Services, 'settings' | 'store'>;

/** An entry of the list. It has no number, because the store keeps only a hash. */
export interface ListedNumber {
  hash: string;
  addedAt: string;
  until: string | null;
  /** False if the entry was added with another `doNotCallSecret`. Its number can then be called. */
  effective: boolean;
}

const PAGE = 100;

/**
 * Adds a number to the do-not-call list, or changes its `until`. A number without `+` may have the national form of a
 * country of the routes that the caller may use.
 *
 * @throws CallbackError request-invalid, number-invalid, settings-invalid without `doNotCallSecret`, store-unreachable.
 */
export async function addDoNotCall(
  services: DoNotCallServices,
  { number: text, until }: DoNotCallRequest,
  mayUseRoute: MayUseRoute,
): Promise<AddedNumber> {
  const settings = await services.settings.get();
  const secret = secretOf(settings);
  const number = numberOf(settings, text, mayUseRoute);
  const ends = until === undefined ? undefined : Date.parse(until);
  if (ends !== undefined && ends <= Date.now())
    throw invalidRequest([{ field: 'until', message: 'is not in the future' }]);
  const store = await services.store();
  const { addedAt } = await store.addDoNotCall({
    hash: doNotCallHash(secret, number),
    secretId: secretIdOf(secret),
    addedAt: Date.now(),
    until: ends,
  });
  return { number, addedAt: timeOf(addedAt), until: ends === undefined ? null : timeOf(ends) };
}

/** Removes a number from the list. `removed` is false if the number was not on it. @throws CallbackError as addDoNotCall. */
export async function removeDoNotCall(
  services: DoNotCallServices,
  text: string,
): Promise<{ number: string; removed: boolean }> {
  const settings = await services.settings.get();
  const number = numberOf(settings, text, () => true);
  const store = await services.store();
  return { number, removed: await store.removeDoNotCall(doNotCallHash(secretOf(settings), number)) };
}

/** @throws CallbackError settings-invalid without `doNotCallSecret`, store-unreachable. */
export async function listDoNotCall(services: DoNotCallServices): Promise<ListedNumber[]> {
  const secretId = secretIdOf(secretOf(await services.settings.get()));
  const store = await services.store();
  const found: ListedNumber[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.listDoNotCall({ limit: PAGE, after });
    for (const { hash, addedAt, until, secretId: madeWith } of page) {
      const ends = until === undefined ? null : timeOf(until);
      found.push({ hash, addedAt: timeOf(addedAt), until: ends, effective: madeWith === secretId });
    }
    after = page.at(-1)?.hash;
    if (page.length < PAGE) return found;
  }
}

function secretOf({ doNotCallSecret }: Settings): string {
  if (doNotCallSecret !== undefined) return doNotCallSecret;
  throw new CallbackError(
    'settings-invalid',
    'There is no do-not-call list. The owner must add doNotCallSecret to the settings. Make the secret with `openssl rand -hex 24`',
  );
}

function numberOf(settings: Settings, text: string, mayUseRoute: MayUseRoute): string {
  try {
    return searchedNumber(text, usableRoutes(settings, mayUseRoute));
  } catch (error) {
    if (!(error instanceof CallbackError)) throw error;
    const errors = error.errors?.map(({ message }) => ({ field: 'number', message }));
    throw new CallbackError(error.code, error.message.replace(/^to /, 'number '), { errors, cause: error });
  }
}

const timeOf = (at: number): string => new Date(at).toISOString();
