import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ParameterStoreStandIn } from '../../local/parameter-store.ts';
import { environmentFor, startTestStore } from '../support/aws/index.ts';
import { PATH, settingsWith } from '../support/settings/fixtures.ts';

let store: ParameterStoreStandIn;

beforeEach(async () => {
  store = await startTestStore(PATH, settingsWith({ 'pbx/main/url': 'http://pbx.internal:8088' }));
  for (const [name, value] of Object.entries(environmentFor(store.url))) vi.stubEnv(name, value);
  vi.stubEnv('SETTINGS_PATH', PATH);
  vi.resetModules();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await store.close();
});

/** The services read the environment while they load. */
const settingsOfProcess = async () => (await import('../../lib/calls/services.ts')).services.settings.get();

describe('a function whose PBX has an http:// address outside of a private network', () => {
  it('does not start to call on AWS', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'asterisk-callback-dev-callback');
    await expect(settingsOfProcess()).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      problems: [{ name: 'pbx/main/url', message: expect.stringContaining('pbx/main/insecure') }],
    });
  });

  it('does on AWS if the owner accepts it in words', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'asterisk-callback-dev-callback');
    store.put('pbx/main/insecure', 'send the AMI secret unencrypted');
    expect((await settingsOfProcess()).pbx['main']?.url).toBe('http://pbx.internal:8088');
  });

  it('does on this machine', async () => {
    expect((await settingsOfProcess()).pbx['main']?.url).toBe('http://pbx.internal:8088');
  });
});
