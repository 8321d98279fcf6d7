import { attemptTimes } from '../rules/attempt-times.ts';
import type { Settings } from '../settings/settings.ts';
import type { LineRoute, LineSettings } from './line-services.ts';

/** Returns the settings of a line for its runner. Undefined if the line is not in the settings. */
export function lineSettingsOf({ lines, routes }: Settings, name: string): LineSettings | undefined {
  const line = Object.hasOwn(lines, name) ? lines[name] : undefined;
  if (!line) return undefined;
  const { capacity, perAgent, startsPerSecond, wrapUpSeconds, maxTalkSeconds, giveUpAfterSeconds } = line;
  const route = (routeName: string): LineRoute | undefined => {
    const found = Object.hasOwn(routes, routeName) ? routes[routeName] : undefined;
    if (!found) return undefined;
    const { pbx: pbxs, pool, hints, retry, hours } = found;
    return {
      ...{ pbxs, pool, hints, retry },
      nextAttempt: (at, delaySeconds) =>
        attemptTimes({ hours, giveUpAfterSeconds }, at + delaySeconds * 1000),
    };
  };
  return { capacity, perAgent, startsPerSecond, wrapUpSeconds, maxTalkSeconds, route };
}
