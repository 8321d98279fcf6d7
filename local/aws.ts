import { devNull } from 'node:os';
import type { ParameterStoreStandIn } from './parameter-store.ts';

export const SETTINGS_PATH = '/asterisk-callback/local';

/**
 * Makes the AWS SDK of this process use only the stand-in. The SDK then ignores variables of the user's shell and files under
 * ~/.aws. Import the functions after this call, because they read the environment when they load.
 */
export function pretendAws(store: Pick<ParameterStoreStandIn, 'environment'>): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    ...store.environment,
    AWS_REGION: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    SETTINGS_PATH,
    // The functions read the settings again for each request.
    SETTINGS_TTL_SECONDS: '0',
  });
}
