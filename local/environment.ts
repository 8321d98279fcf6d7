import { randomBytes } from 'node:crypto';
import type { Services } from '../lib/calls/services.ts';
import { parseSettings } from '../lib/settings/parse-settings.ts';
import { retentionDays } from '../lib/store/retention.ts';
import { pretendAws, SETTINGS_PATH } from './aws.ts';
import { defaultSettings } from './default-settings.ts';
import { type LocalStoreOptions, openLocalStore } from './local-store.ts';
import { startParameterStore } from './parameter-store.ts';
import { followSettingsFile, readSettingsFile, type SettingsFile } from './settings-file.ts';
import { simulatorOnDemand } from './simulator-on-demand.ts';
import { type CallWatch, watchCalls } from './watch-calls.ts';

/** Everything that the functions need to run in this process. */
export interface Environment extends SettingsFile {
  /** Undefined if the settings name a PBX. */
  simulatorUrl: string | undefined;
  /** The secret of the key `demo`, which exists only without a settings file. */
  demoSecret: string;
  watch: CallWatch;
  /** The services of the functions, with a local store. */
  services: Services;
  /** Resolves when no line has work that is due soon. */
  untilIdle: () => Promise<void>;
  /** Copies changes of the settings file to the stand-in of Parameter Store. */
  refresh: () => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Starts a stand-in of Parameter Store and opens the local store. Without a file, uses the default settings. Starts the
 * simulator if the settings name no PBX. Then the AWS SDK of this process uses only the stand-in. Import the functions after
 * this call, because they read the environment when they load.
 *
 * @throws SettingsError with every problem of the file.
 * @throws LocalStoreError
 */
export async function startEnvironment(
  file: string | undefined,
  storeOptions: LocalStoreOptions = {},
): Promise<Environment> {
  const simulator = simulatorOnDemand();
  // Each start has a new secret, so that a printed secret is useless after the end of the process.
  const demoSecret = randomBytes(18).toString('base64url');
  const read = async (): Promise<SettingsFile> => {
    if (file !== undefined) return await readSettingsFile(file, simulator.pbx);
    const flat = { ...(await simulator.pbx()), ...defaultSettings(demoSecret) };
    return { flat, settings: parseSettings(flat) };
  };
  const { flat, settings } = await read();
  const store = await startParameterStore(SETTINGS_PATH, flat);
  pretendAws(store);
  // Metrics are lines for CloudWatch. In a terminal they would hide the lines of the log.
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';
  const records = await openLocalStore({ ...storeOptions, retentionDays: retentionDays(process.env) });
  const { services } = await import('../lib/calls/services.ts');
  services.store = async () => records;
  const watch = watchCalls(console.log);
  const refresh =
    file === undefined ? async () => undefined : followSettingsFile(file, store, flat, simulator.pbx);
  const { startLineRunners } = await import('./line-runners.ts');
  const runners = startLineRunners(services, refresh, watch);
  services.wakeLine = async (line) => runners.wake(line);
  return {
    flat,
    settings,
    simulatorUrl: simulator.url(),
    demoSecret,
    watch,
    services,
    untilIdle: () => runners.untilIdle(),
    refresh,
    close: async () => {
      await runners.close();
      await Promise.all([services.sessions.close(), watch.close()]);
      await Promise.all([simulator.close(), store.close(), records.close()]);
    },
  };
}
