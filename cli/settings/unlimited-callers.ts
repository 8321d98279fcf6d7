import type { LimitSettings } from '../../lib/settings/limit-settings.ts';
import type { Settings } from '../../lib/settings/settings.ts';
import type { SettingsWarning } from './settings-warning.ts';

/** Warns about keys and webhooks that may place any number of callbacks. */
export function unlimitedCallers({ limits, keys, webhooks, routes }: Settings): SettingsWarning[] {
  if (isBounded(limits)) return [];
  const unlimited = new Set(Object.keys(routes).filter((name) => !isBounded(routes[name]?.limits)));
  const mayUse = (names: readonly string[] | undefined): boolean =>
    names === undefined ? unlimited.size > 0 : names.some((name) => unlimited.has(name));
  const names = [
    ...Object.entries(keys).flatMap(([id, key]) =>
      key.scopes.includes('place') && !isBounded(key.limits) && mayUse(key.routes) ? [`keys/${id}`] : [],
    ),
    ...Object.entries(webhooks).flatMap(([name, { route }]) =>
      mayUse(route === undefined ? undefined : [route]) ? [`webhooks/${name}`] : [],
    ),
  ];
  if (names.length === 0) return [];
  return [
    {
      found: `no limit applies to ${names.join(', ')}. A stolen key or a loop can place any number of calls`,
      cure: 'add "limits" to the settings, such as {"perHour": 100, "perDay": 500}, or to the keys or the routes',
    },
  ];
}

/** Returns whether limits bound all callbacks. Limits for one number or one agent do not. */
const isBounded = ({ perMinute, perHour, perDay }: Partial<LimitSettings> = {}): boolean =>
  [perMinute, perHour, perDay].some((limit) => limit !== undefined);
