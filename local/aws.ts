import { devNull } from 'node:os';
import type { ParameterStoreStandIn } from './parameter-store.ts';

export const SETTINGS_PATH = '/asterisk-callback/local';

/**
 * Makes the AWS SDK of this process use the stand-in and nothing else. Variables of the user's shell and files under
 * ~/.aws do not count. Call this before the functions are imported: they read the environment while they load.
 */
export function pretendAws(store: Pick<ParameterStoreStandIn, 'environment'>): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    ...store.environment,
    AWS_REGION: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    SETTINGS_PATH,
    // Each request sees the settings as they are now.
    SETTINGS_TTL_SECONDS: '0',
  });
}
