import { nextOpen } from '../../lib/rules/hours.ts';
import type { RouteSettings, Settings } from '../../lib/settings/settings.ts';
import type { SettingsWarning } from './settings-warning.ts';

const PARTIES = ['customer', 'agent'] as const;

/** Hours and retries that have no effect, or not the one that is meant. */
export const timeWarnings = ({ routes }: Pick<Settings, 'routes'>, now = Date.now()): SettingsWarning[] =>
  Object.entries(routes).flatMap(([name, route]) => [
    ...closedForGood(name, route, now),
    ...withoutHours(name, route),
    ...uselessDelays(name, route),
  ]);

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
