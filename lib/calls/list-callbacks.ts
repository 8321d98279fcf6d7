import { searchedNumber } from '../rules/numbers/searched-number.ts';
import type { RecordPage } from '../store/callback-lists.ts';
import type { CallbackPage } from './callback.ts';
import { viewOf } from './callback-view.ts';
import type { ListRequest, SearchRequest } from './list-request.ts';
import type { Services } from './services.ts';
import { type MayUseRoute, usableRoutes } from './visible-callbacks.ts';

export interface ListOptions {
  /** The sender of the request. A cursor is valid for this sender only. */
  principal: string;
  /** Callbacks of other routes are left out. */
  mayUseRoute: MayUseRoute;
}

/**
 * Lists callbacks from the store, the newest first. No PBX is asked.
 *
 * @throws CallbackError request-invalid for a cursor of another list; store-unreachable.
 */
export async function listCallbacks(
  services: Services,
  { limit, cursor, from, until, ...filters }: ListRequest,
  options: ListOptions,
): Promise<CallbackPage> {
  const store = await services.store();
  const times = { from: timeOf(from), until: timeOf(until) };
  return viewsOf(await store.listCallbacks({ ...options, limit, cursor, filters: { ...filters, ...times } }));
}

/**
 * Lists the callbacks of a number, the newest first.
 *
 * @throws CallbackError as listCallbacks; number-invalid.
 */
export async function searchCallbacks(
  services: Services,
  { to, limit, cursor }: SearchRequest,
  options: ListOptions,
): Promise<CallbackPage> {
  const number = await numberIn(services, to, options.mayUseRoute);
  const store = await services.store();
  return viewsOf(await store.findByNumber({ ...options, limit, cursor, number }));
}

/** Removes all records of a number. Returns how many it removed. @throws CallbackError number-invalid, store-unreachable. */
export async function eraseCallbacks(services: Services, to: string): Promise<number> {
  const number = await numberIn(services, to, () => true);
  const store = await services.store();
  return await store.eraseNumber(number);
}

async function numberIn(services: Services, to: string, mayUseRoute: MayUseRoute): Promise<string> {
  return searchedNumber(to, usableRoutes(await services.settings.get(), mayUseRoute));
}

const viewsOf = ({ callbacks, cursor }: RecordPage): CallbackPage => ({
  callbacks: callbacks.map((record) => viewOf(record)),
  cursor,
});

const timeOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Date.parse(text);
