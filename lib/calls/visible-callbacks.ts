import { CallbackError } from '../problems/callback-error.ts';
import type { RouteSettings, Settings } from '../settings/settings.ts';
import type { StoredCallback } from '../store/callback-record.ts';
import type { CallbackView } from './callback.ts';
import { isCallbackId } from './callback-id.ts';
import type { Services } from './services.ts';

/** Whether a caller may use a route. A caller sees the callbacks of these routes. */
export type MayUseRoute = (route: string) => boolean;

/**
 * Returns the record of a callback that the caller may see.
 *
 * @throws CallbackError callback-not-found, also for a callback of another route; store-unreachable.
 */
export async function findCallback(
  services: Services,
  id: string,
  mayUseRoute: MayUseRoute,
): Promise<StoredCallback> {
  const record = isCallbackId(id) ? await (await services.store()).readCallback(id) : undefined;
  if (record && mayUseRoute(record.callback.route)) return record;
  throw new CallbackError('callback-not-found', 'There is no callback with this id');
}

/** Returns the settings of the routes that the caller may use. */
export const usableRoutes = (
  { routes }: Pick<Settings, 'routes'>,
  mayUseRoute: MayUseRoute,
): RouteSettings[] => Object.entries(routes).flatMap(([name, route]) => (mayUseRoute(name) ? [route] : []));

/** Returns a callback for a caller that may not use its route. Hides the agent, the PBX, the channels and the metadata. */
export function outlineOf(callback: CallbackView): CallbackView {
  const hidden = { agent: '', pbx: '', asterisk: { actionId: callback.id } };
  const attempts = callback.attempts.map((attempt) => ({
    ...attempt,
    ...hidden,
    legs: withoutChannels(attempt.legs),
  }));
  return { ...callback, ...hidden, legs: withoutChannels(callback.legs), metadata: {}, attempts };
}

/** The name of a channel contains the name of its agent or trunk. */
function withoutChannels({ first, second }: CallbackView['legs']): CallbackView['legs'] {
  const { channel: _first, ...ofFirst } = first;
  const { channel: _second, ...ofSecond } = second;
  return { first: ofFirst, second: ofSecond };
}
