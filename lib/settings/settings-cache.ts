import { parseSettings } from './parse-settings.ts';
import type { Settings } from './settings.ts';
import { SettingsError } from './settings-error.ts';

/** Settings for every request of a warm function. */
export interface SettingsSource {
  /** The cached settings, read again when they are older than the TTL. Throws only while there are none at all. */
  get(): Promise<Settings>;
  /** Reads again now, as after a refused login: the fresh ones, or the last good ones with a warning. */
  refresh(): Promise<Settings>;
}

export interface SettingsSourceOptions {
  /** Parameters by their names without the path; should give up when the signal says so. */
  read: (signal: AbortSignal) => Promise<Readonly<Record<string, unknown>>>;
  /** Where they are read from, for errors; left out for a file. */
  path?: string | undefined;
  /** Whether the functions run on AWS, see parseSettings. */
  onAws?: boolean;
  /** @default 300 */
  ttlSeconds?: number;
  /** How long one read may take. @default 5000 */
  deadlineMs?: number;
  /** @default Date.now */
  now?: () => number;
  /** Told when the last good settings go on serving. */
  warn: (warning: { code: string; message: string }) => void;
}

/** While reading fails, requests are not all made to wait for the next failure. */
const RETRY_MS = 5_000;

export function createSettingsSource(options: SettingsSourceOptions): SettingsSource {
  const { read, path, onAws, ttlSeconds = 300, deadlineMs = 5_000, now = Date.now, warn } = options;
  let good: { settings: Settings; readAt: number } | undefined;
  let failedAt: number | undefined;
  let pending: Promise<Settings> | undefined;

  async function readNow(): Promise<Settings> {
    // The age counts from the question: a function may be frozen for hours between it and the answer.
    const readAt = now();
    try {
      const settings = parseSettings(await withDeadline(read, deadlineMs, path), { path, onAws });
      good = { settings, readAt };
      failedAt = undefined;
      return settings;
    } catch (error) {
      const failure = asSettingsError(error, path);
      if (!good) throw failure;
      failedAt = now();
      const age = Math.round((failedAt - good.readAt) / 1000);
      warn({ code: failure.code, message: `Settings of ${age} s ago go on serving: ${failure.message}` });
      return good.settings;
    }
  }

  const refresh = (): Promise<Settings> => {
    pending ??= readNow().finally(() => {
      pending = undefined;
    });
    return pending;
  };

  return {
    refresh,
    async get() {
      if (good && now() - good.readAt < ttlSeconds * 1000) return good.settings;
      if (good && failedAt !== undefined && now() - failedAt < RETRY_MS) return good.settings;
      return refresh();
    },
  };
}

/** Gives up on a reader that hangs even if it does not heed its signal. */
async function withDeadline<T>(
  read: (signal: AbortSignal) => Promise<T>,
  deadlineMs: number,
  path: string | undefined,
): Promise<T> {
  const abort = new AbortController();
  const { promise: expired, reject } = Promise.withResolvers<never>();
  // A timer that keeps the process alive: with nothing else to wait for, Node would end with the request unanswered.
  const timer = setTimeout(() => {
    reject(
      new SettingsError(
        'SETTINGS_UNREACHABLE',
        `The settings${path === undefined ? '' : ` under ${path}`} were not read within ${deadlineMs} ms; it is tried again with the next request`,
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

function asSettingsError(error: unknown, path: string | undefined): SettingsError {
  if (error instanceof SettingsError) return error;
  const name = error instanceof Error ? error.name : typeof error;
  const where = path === undefined ? '' : ` under ${path}`;
  return new SettingsError('SETTINGS_UNREACHABLE', `The settings${where} could not be read (${name})`, {
    cause: error,
  });
}
