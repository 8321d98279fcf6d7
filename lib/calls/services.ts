import { SessionPool } from '../asterisk/session-pool.ts';
import { createParameterReader } from '../settings/parameter-reader.ts';
import { createSettingsCache, DEFAULT_TTL_SECONDS, type SettingsCache } from '../settings/settings-cache.ts';
import { dynamoDbStore, type StoreOpener } from '../store/open-store.ts';
import { log } from '../telemetry/log.ts';
import { lineWaker } from './wake-line.ts';

/** The objects that all requests of a process share. */
export interface Services {
  settings: SettingsCache;
  sessions: SessionPool;
  store: StoreOpener;
  /** Starts the runner of a line if it has none. Never throws. After a failure, the next tick starts the runner. */
  wakeLine?: (line: string) => Promise<void>;
}

const store = dynamoDbStore(process.env);
const wakeLine = lineWaker(process.env, store);

/** The services of this process. Warm Lambda invocations reuse them. */
export const services: Services = {
  settings: settingsFromEnvironment(),
  sessions: new SessionPool(),
  store,
  ...(wakeLine && { wakeLine }),
};

function settingsFromEnvironment(): SettingsCache {
  const path = process.env['SETTINGS_PATH'] ?? '/asterisk-callback/dev';
  const seconds = Number(process.env['SETTINGS_TTL_SECONDS'] ?? DEFAULT_TTL_SECONDS);
  // With NaN the settings would be read at each request.
  const ttlSeconds = seconds >= 0 ? seconds : DEFAULT_TTL_SECONDS;
  const cache = createSettingsCache({
    path,
    ttlSeconds,
    // Lambda sets this variable. `npm start` removes it.
    onAws: process.env['AWS_LAMBDA_FUNCTION_NAME'] !== undefined,
    read: createParameterReader(path),
    warn: ({ code, message }) => log.warn(message, { code }),
  });
  // Starts reading while the code of the function still loads. Ignores an error, because the first request throws it.
  cache.get().catch(() => undefined);
  return cache;
}
