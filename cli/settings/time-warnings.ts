import { nextOpen } from '../../lib/rules/hours.ts';
import type { RouteSettings, Settings } from '../../lib/settings/settings.ts';
import type { SettingsWarning } from './settings-warning.ts';

const PARTIES = ['customer', 'agent'] as const;

/** Hours and retries that have no effect, or not the one that is meant. */
export const timeWarnings = (
  { routes, webhooks }: Pick<Settings, 'routes' | 'webhooks'>,
  now = Date.now(),
): SettingsWarning[] => [
  ...Object.entries(routes).flatMap(([name, route]) => [
    ...closedForGood(name, route, now),
    ...withoutHours(name, route),
    ...uselessDelays(name, route),
  ]),
  ...Object.entries(webhooks).flatMap(([name, webhook]) => timesWithoutLine(name, webhook, routes)),
];

function closedForGood(name: string, { hours }: RouteSettings, now: number): SettingsWarning[] {
  if (hours === undefined || nextOpen(hours, now) !== undefined) return [];
  return [
    {
      found: `"hours" of routes/${name} do not open within the next year, so every request is refused`,
      cure: 'give days of "week" opening times, or dates of the future in "open"',
    },
  ];
}

function withoutHours(name: string, { hours, outsideHours }: RouteSettings): SettingsWarning[] {
  if (outsideHours === undefined || hours !== undefined) return [];
  return [
    {
      found: `"outsideHours" of routes/${name} has no effect, because the route has no "hours" and is always open`,
      cure: 'add "hours", or remove "outsideHours"',
    },
  ];
}

function uselessDelays(name: string, { retry }: RouteSettings): SettingsWarning[] {
  return PARTIES.filter((party) => retry?.[party]?.attempts === 1).map((party) => ({
    found: `"delays" for the ${party} in "retry" of routes/${name} have no effect, because "attempts": 1 is the first attempt alone`,
    cure: `write "attempts": 2 or more, or remove "${party}" from "retry"`,
  }));
}

const TIME_FIELDS = ['at', 'delaySeconds', 'expiresAt', 'priority'];

function timesWithoutLine(
  name: string,
  { route = 'default', map = {} }: Settings['webhooks'][string],
  routes: Settings['routes'],
): SettingsWarning[] {
  const mapped = TIME_FIELDS.filter((field) => Object.hasOwn(map, field)).join(', ');
  const found = routes[route];
  if (mapped === '' || Object.hasOwn(map, 'route') || !found || found.line !== undefined) return [];
  return [
    {
      found: `webhooks/${name} maps ${mapped}, but routes/${route} has no line, so its events are refused with line-required`,
      cure: `add "line" to routes/${route}, or remove ${mapped} from "map"`,
    },
  ];
}
