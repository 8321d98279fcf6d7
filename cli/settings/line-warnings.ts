import type { RouteSettings, Settings } from '../../lib/settings/settings.ts';
import { nearestWord } from '../../lib/shared/nearest-word.ts';
import type { SettingsWarning } from './settings-warning.ts';

/** Warns about lines and routes that do not fit together. Requests for other routes work. */
export function lineWarnings({ lines, routes }: Pick<Settings, 'lines' | 'routes'>): SettingsWarning[] {
  const known = Object.keys(lines);
  const used = new Set(Object.values(routes).map(({ line }) => line));
  return [
    ...Object.entries(routes).flatMap(([name, route]) => [
      ...missingLine(name, route, known),
      ...crowd(name, route, lines),
      ...uncountedAgents(name, route),
      ...dialplanPriority(name, route),
    ]),
    ...known.filter((name) => !used.has(name)).map(idle),
  ];
}

/** Returns a sentence for each PBX of a line about the privileges that it needs. The settings do not show them. */
export function needsOfLines({ routes }: Pick<Settings, 'routes'>): string[] {
  const queued = Object.values(routes).filter(({ line }) => line !== undefined);
  const pbxs = new Set(queued.flatMap(({ pbx }) => pbx));
  return Array.from(
    pbxs,
    (pbx) =>
      `pbx/${pbx} places calls for routes with a line. So the AMI user of pbx/${pbx} needs write=originate,call,reporting. The command doctor checks the privileges.`,
  );
}

function missingLine(name: string, { line }: RouteSettings, known: readonly string[]): SettingsWarning[] {
  if (line === undefined || known.includes(line)) return [];
  const meant = nearestWord(line, known);
  return [
    {
      found: `routes/${name} names the line "${line}", which does not exist${meant ? ` (did you mean "${meant}"?)` : ''}. Requests for this route get line-unknown`,
      cure: `add lines/${line}, such as {"capacity": 4}, or name a line that exists`,
    },
  ];
}

function crowd(
  name: string,
  { line = '', pool }: RouteSettings,
  lines: Settings['lines'],
): SettingsWarning[] {
  if (pool === undefined || lines[line]?.perAgent !== false) return [];
  return [
    {
      found: `routes/${name} has a pool, but lines/${line} has "perAgent": false, so an agent may get several calls at once`,
      cure: `remove "perAgent" from lines/${line}, or use "agent" instead of "pool" in the route`,
    },
  ];
}

function uncountedAgents(name: string, { pool, limits }: RouteSettings): SettingsWarning[] {
  if (pool === undefined || limits?.perAgentPerHour === undefined) return [];
  return [
    {
      found: `"perAgentPerHour" in "limits" of routes/${name} has no effect, because the line chooses the agent of a "pool" after the limit is counted`,
      cure: 'remove "perAgentPerHour". Use "perHour" of the route, or "capacity" and "wrapUpSeconds" of the line',
    },
  ];
}

/** Warns about a priority that looks like that of a callback. A label or 1 is meant for the dialplan. */
function dialplanPriority(name: string, { line, priority }: RouteSettings): SettingsWarning[] {
  if (line === undefined || !/^[2-9]$/.test(priority)) return [];
  return [
    {
      found: `"priority" of routes/${name} is the priority at which calls enter the dialplan. It does not order the callbacks of the line`,
      cure: 'if you mean the order of callbacks, remove "priority" from the route, and send "priority" in the request',
    },
  ];
}

const idle = (name: string): SettingsWarning => ({
  found: `no route uses lines/${name}`,
  cure: `add "line": "${name}" to a route, or remove the line`,
});
