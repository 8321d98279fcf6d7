import { SessionPool } from '../../lib/asterisk/session-pool.ts';
import type { Services } from '../../lib/calls/services.ts';
import { createParameterReader } from '../../lib/settings/parameter-reader.ts';
import { createSettingsCache } from '../../lib/settings/settings-cache.ts';
import { openDynamoDbStore } from '../../lib/store/open-store.ts';
import type { Store } from '../../lib/store/store.ts';
import { SIMULATOR_ELSEWHERE } from '../../local/default-settings.ts';
import { openLocalStore } from '../../local/local-store.ts';
import { readSettingsFile } from '../../local/settings-file.ts';
import { stagePath } from '../options.ts';

/** The options that say where the callbacks and the settings are. */
export interface ServicesLocation {
  stage?: string;
  /** The DynamoDB table of the stage, if serverless.yml names another one. */
  table?: string;
  settings?: string;
  data?: string;
  dynamodb?: string;
}

/** A DynamoDB on this machine accepts any credentials, but the SDK needs some. */
const LOCAL_CREDENTIALS = { AWS_REGION: 'local', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/** Opens the store, the settings and the sessions of a stage, or of `start` on this machine. */
export async function openServices(
  place: ServicesLocation,
): Promise<Services & { close: () => Promise<void> }> {
  const store = await openStore(place);
  const sessions = new SessionPool();
  return {
    settings: createSettingsCache({ read: readerOf(place), warn: ({ message }) => console.error(message) }),
    sessions,
    store: async () => store,
    close: async () => {
      await Promise.all([sessions.close(), store.close()]);
    },
  };
}

async function openStore({ stage, table, data, dynamodb }: ServicesLocation): Promise<Store> {
  if (stage !== undefined) {
    return await openDynamoDbStore(table ?? `asterisk-callback-${stage}`, { keepsRetention: true });
  }
  for (const [name, value] of Object.entries(LOCAL_CREDENTIALS)) process.env[name] ??= value;
  return await openLocalStore({
    ...(data !== undefined && { data }),
    ...(dynamodb !== undefined && { dynamodb }),
    keepsRetention: true,
  });
}

function readerOf({
  stage,
  settings = '',
}: ServicesLocation): () => Promise<Readonly<Record<string, unknown>>> {
  if (stage !== undefined) return createParameterReader(stagePath(stage));
  return async () => (await readSettingsFile(settings, async () => SIMULATOR_ELSEWHERE)).flat;
}
