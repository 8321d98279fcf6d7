import { nextOpen } from '../../lib/rules/hours.ts';
import type { RouteSettings, Settings } from '../../lib/settings/settings.ts';
import type { SettingsWarning } from './settings-warning.ts';

const PARTIES = ['customer', 'agent'] as const;

/** Warns about hours and retries that have no effect, or probably not the intended effect. */
export const timeWarnings = (
  { routes, webhooks }: Pick<Settings, 'routes' | 'webhooks'>,
  now = Date.now(),
): SettingsWarning[] => [
  ...Object.entries(routes).flatMap(([name, route]) => [
    ...closedForGood(name, route, now),
    ...withoutHours(name, route),
    ...uselessDelays(name, route),
    ...delaysOfPool(name, route),
    ...severalTimesInOne(name, route),
  ]),
  ...Object.entries(webhooks).flatMap(([name, webhook]) => timesWithoutLine(name, webhook, routes)),
];

function closedForGood(name: string, { hours }: RouteSettings, now: number): SettingsWarning[] {
  if (hours === undefined || nextOpen(hours, now) !== undefined) return [];
  return [
    {
      found: `"hours" of routes/${name} do not open within the next year, so the route refuses every request`,
      cure: 'add opening times to days of "week", or future dates to "open"',
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

function uselessDelays(name: string, { pool, retry }: RouteSettings): SettingsWarning[] {
  const parties = PARTIES.filter((party) => party === 'customer' || pool === undefined);
  return parties
    .filter((party) => retry?.[party]?.attempts === 1)
    .map((party) => ({
      found: `"delays" for the ${party} in "retry" of routes/${name} have no effect, because with "attempts": 1 there is only the first attempt`,
      cure: `write "attempts": 2 or more, or remove "${party}" from "retry"`,
    }));
}

function delaysOfPool(name: string, { pool, retry }: RouteSettings): SettingsWarning[] {
  if (pool === undefined || retry?.agent?.delays === undefined) return [];
  return [
    {
      found: `"delays" for the agent in "retry" of routes/${name} have no effect, because the line rings the next agent of the "pool" at once`,
      cure: 'remove "delays". "attempts" still limits how many agents are rung. To keep the delays, use "agent" instead of "pool"',
    },
  ];
}

/** Warns about opening times of one day that overlap or touch. They work, but may be a typing mistake. */
function severalTimesInOne(name: string, { hours }: RouteSettings): SettingsWarning[] {
  return (['week', 'open'] as const).flatMap((field) =>
    Object.entries(hours?.[field] ?? {})
      .filter(([, times]) => overlapOrTouch(times))
      .map(([day, times]) => ({
        found: `"${day}" of "${field}" in "hours" of routes/${name} has opening times that overlap or touch (${times.join(', ')})`,
        cure: 'join them into one opening time, or correct the times',
      })),
  );
}

function overlapOrTouch(times: readonly string[]): boolean {
  const spans = times.map(spanOf).toSorted((a, b) => a.from - b.from);
  return spans.some(({ from }, index) => from <= (spans[index - 1]?.to ?? Number.NEGATIVE_INFINITY));
}

/** Returns minutes since midnight. Times such as "22:00-06:00" end on the next day. */
function spanOf(times: string): { from: number; to: number } {
  const [from = 0, to = 0] = times.split('-').map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return hours * 60 + minutes;
  });
  return { from, to: to > from ? to : to + 24 * 60 };
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
      found: `webhooks/${name} maps ${mapped}, but routes/${route} has no line, so the events of this webhook get line-required`,
      cure: `add "line" to routes/${route}, or remove ${mapped} from "map"`,
    },
  ];
}
