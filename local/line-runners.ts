import { AjamSession } from '../lib/ajam/index.ts';
import type { Services } from '../lib/calls/services.ts';
import { Runners } from '../lib/queue/in-process-runners.ts';
import type { PbxSettings, Settings } from '../lib/settings/settings.ts';
import type { CallWatch } from './watch-calls.ts';

/** The least time between two reads of the settings. */
const SETTINGS_MS = 1_000;
/** Shorter than the 30 s after which `watchCalls` logs off from an unused PBX. */
const WATCH_MS = 10_000;

export interface LineRunners {
  wake(line: string): void;
  /** Resolves when no line has work that is due soon. */
  untilIdle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the runners of the lines. They use a changed settings file after at most one second. Their calls are printed, too. */
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

/** Returns a function that reads at most once in `ms`, because a runner needs the settings many times a second. */
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
