import type { KeySettings } from '../settings/settings.ts';

/** A key without `routes` may use all of them. */
export const mayUseRoute = (key: KeySettings, route: string): boolean =>
  key.routes === undefined || key.routes.includes(route);
