import type { Switchboard } from '../lib/callback/place.ts';
import { WarmSessions } from '../lib/callback/sessions.ts';
import { createParameterReader } from '../lib/settings/parameter-store.ts';
import { createSettingsSource } from '../lib/settings/source.ts';
import { log } from './log.ts';

/** What warm invocations share: the settings and the sessions. */
export const switchboard: Switchboard = {
  settings: settingsSource(),
  sessions: new WarmSessions(),
};

function settingsSource() {
  const path = process.env['SETTINGS_PATH'] ?? '/asterisk-callback/dev';
  const ttlSeconds = Number(process.env['SETTINGS_TTL_SECONDS'] ?? 300);
  const source = createSettingsSource({
    path,
    ttlSeconds,
    read: createParameterReader(path),
    warn: ({ code, message }) => log.warn(message, { code }),
  });
  // Asked for while the rest of the function still loads; who needs them first reports what is wrong.
  source.get().catch(() => undefined);
  return source;
}
