import { AjamSession } from '../lib/ajam/index.ts';
import type { Services } from '../lib/calls/services.ts';
import { Runners } from '../lib/queue/in-process-runners.ts';
import type { PbxSettings, Settings } from '../lib/settings/settings.ts';
import type { CallWatch } from './watch-calls.ts';

const SETTINGS_MS = 1_000;
/** The watcher forgets a PBX that nobody used for half a minute. */
const WATCH_MS = 10_000;

export interface LineRunners {
  wake(line: string): void;
  /** Waits until no line has anything to do soon. */
  untilIdle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts what works the lines of `npm start`. It sees changes of the settings file within a second, and the calls of its
 * runners are watched as those of requests.
 */
export function startLineRunners(
  services: Services,
  refresh: () => Promise<void>,
  watch: Pick<CallWatch, 'prepare'>,
): LineRunners {
  const settings = readEach(SETTINGS_MS, async () => {
    await refresh();
    return await services.settings.get();
  });
  const used = new Map<string, PbxSettings>();
  const runners = new Runners({
    ...services,
    settings: { get: settings, refresh: () => services.settings.refresh() },
    open: async (pbx, options) => {
      const session = await AjamSession.open(pbx, options);
      used.set(pbx.url, pbx);
      await watch.prepare(Object.fromEntries(used));
      return session;
    },
  });
  const watching = setInterval(() => {
    if (runners.isAtWork) void watch.prepare(Object.fromEntries(used));
    else used.clear();
  }, WATCH_MS);
  return {
    wake: (line) => runners.wake(line),
    untilIdle: () => runners.untilIdle(),
    close: async () => {
      clearInterval(watching);
      await runners.close();
    },
  };
}

/** Reads no more often than once in `ms`: a runner asks for the settings many times a second. */
function readEach(ms: number, read: () => Promise<Settings>): () => Promise<Settings> {
  let last: { at: number; settings: Promise<Settings> } | undefined;
  return async () => {
    if (!last || performance.now() - last.at >= ms) {
      last = { at: performance.now(), settings: read() };
      last.settings.catch(() => {
        last = undefined;
      });
    }
    return await last.settings;
  };
}
