import { WarmSessions } from '../asterisk/session-pool.ts';
import { createParameterReader } from '../settings/parameter-store.ts';
import { createSettingsSource } from '../settings/settings-cache.ts';
import { log, scrub } from '../telemetry/log.ts';
import type { Switchboard } from './place-callback.ts';

/** What warm invocations share: the settings and the sessions. */
export const switchboard: Switchboard = {
  settings: settingsSource(),
  sessions: new WarmSessions(),
};

const TTL_SECONDS = 300;

function settingsSource() {
  const path = process.env['SETTINGS_PATH'] ?? '/asterisk-callback/dev';
  const asked = Number(process.env['SETTINGS_TTL_SECONDS'] ?? TTL_SECONDS);
  // What is no number of seconds would have them read at each request.
  const ttlSeconds = asked >= 0 ? asked : TTL_SECONDS;
  const source = createSettingsSource({
    path,
    ttlSeconds,
    read: createParameterReader(path),
    warn: ({ code, message }) => log.warn(scrub(message), { code }),
  });
  // Asked for while the rest of the function still loads; who needs them first reports what is wrong.
  source.get().catch(() => undefined);
  return source;
}
