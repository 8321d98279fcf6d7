import { devNull } from 'node:os';

export const SETTINGS_PATH = '/asterisk-callback/local';

/**
 * Makes the AWS SDK of this process talk to the stand-in, and to nothing else: neither the variables of the user's
 * shell nor the files under ~/.aws are let in. To be called before the functions are imported.
 */
export function pretendAws(parameterStoreUrl: string): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: parameterStoreUrl,
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    SETTINGS_PATH,
    // Each request sees the settings as they are now.
    SETTINGS_TTL_SECONDS: '0',
  });
}
