import { parseSettings } from './parse-settings.ts';
import type { Settings } from './settings.ts';
import { SettingsError } from './settings-error.ts';

/** Provides the settings for each request of a warm function. */
export type SettingsCache = ReturnType<typeof createSettingsCache>;

interface SettingsCacheOptions {
  /** Reads the parameters, by their names without the path. Stops when the signal is aborted. */
  read: (signal: AbortSignal) => Promise<Readonly<Record<string, unknown>>>;
  /** The path in Parameter Store, for errors. Left out for a file. */
  path?: string | undefined;
  /** Whether the functions run on AWS, see parseSettings. */
  onAws?: boolean;
  /**
   * The longest age. Each read chooses 80 to 100 % of it, so that functions that started together do not read together. The
   * functions use SETTINGS_TTL_SECONDS, see lib/calls/services.ts. @default 300
   */
  ttlSeconds?: number;
  /** The time for one read. @default 5000 */
  deadlineMs?: number;
  /** @default Date.now */
  now?: () => number;
  /** Returns a number from 0 to 1. @default Math.random */
  random?: () => number;
  /** Called when the last good settings are used instead of new ones. */
  warn: (warning: { code: string; message: string }) => void;
}

export const DEFAULT_TTL_SECONDS = 300;

/** How long a request waits for new settings if there are valid older ones. */
const REFRESH_MS = 2_000;

/** How long no new read starts after a failed one, so that not every request waits for a failure. */
const RETRY_MS = 5_000;

export function createSettingsCache(options: SettingsCacheOptions) {
  const { read, path, onAws, ttlSeconds = DEFAULT_TTL_SECONDS, deadlineMs = 5_000, warn } = options;
  const { now = Date.now, random = Math.random } = options;
  const what = path === undefined ? 'The settings' : `The settings under ${path}`;
  let good: { settings: Settings; readAt: number; maxAgeMs: number } | undefined;
  let failedAt: number | undefined;
  let pending: Promise<Settings> | undefined;

  async function readNow(limitMs: number): Promise<Settings> {
    // The age counts from the start of the read: the function may be frozen for hours before the reply arrives.
    const readAt = now();
    try {
      const settings = parseSettings(await withDeadline(read, limitMs, what), { path, onAws });
      good = { settings, readAt, maxAgeMs: ttlSeconds * 1000 * (0.8 + 0.2 * random()) };
      failedAt = undefined;
      return settings;
    } catch (error) {
      const failure = asSettingsError(error, what);
      if (!good) throw failure;
      failedAt = now();
      const age = Math.round((failedAt - good.readAt) / 1000);
      warn({
        code: failure.code,
        message: `Could not refresh the settings; still using those read ${age} s ago. ${failure.message}`,
      });
      return good.settings;
    }
  }

  const refresh = (limitMs = deadlineMs): Promise<Settings> => {
    pending ??= readNow(limitMs).finally(() => {
      pending = undefined;
    });
    return pending;
  };

  return {
    /** Reads the settings again at once, for example after a refused login. If the read fails, warns and returns the last valid settings. */
    refresh: () => refresh(),
    /**
     * Returns the cached settings, and reads them again when they are older than the TTL.
     *
     * @throws SettingsError only if no settings were ever read.
     */
    async get(): Promise<Settings> {
      if (good && now() - good.readAt < good.maxAgeMs) return good.settings;
      if (good && failedAt !== undefined && now() - failedAt < RETRY_MS) return good.settings;
      return refresh(good ? Math.min(REFRESH_MS, deadlineMs) : deadlineMs);
    },
  };
}

/** Stops waiting for a read that hangs, even if it ignores its signal. */
async function withDeadline<T>(
  read: (signal: AbortSignal) => Promise<T>,
  deadlineMs: number,
  what: string,
): Promise<T> {
  const abort = new AbortController();
  const { promise: expired, reject } = Promise.withResolvers<never>();
  // The timer keeps the process alive. Without it Node would end before the request is answered.
  const timer = setTimeout(() => {
    reject(
      new SettingsError(
        'SETTINGS_UNREACHABLE',
        `${what} were not read within ${deadlineMs} ms. The next request tries again`,
      ),
    );
    abort.abort();
  }, deadlineMs);
  try {
    return await Promise.race([read(abort.signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}

function asSettingsError(error: unknown, what: string): SettingsError {
  if (error instanceof SettingsError) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new SettingsError('SETTINGS_UNREACHABLE', `${what} could not be read (${name})`, { cause: error });
}
