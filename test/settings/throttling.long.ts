import { afterEach, expect, it, vi } from 'vitest';
import { startParameterStore } from '../../local/parameter-store.ts';
import { environmentFor } from '../support/aws/index.ts';
import { burst, storedSettings } from '../support/settings/burst.ts';
import { PATH } from '../support/settings/fixtures.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('500 functions that start within 25 seconds read 29 settings, although AWS serves 40 requests a second', async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const store = await startParameterStore(PATH, storedSettings(), { credentials, requestsPerSecond: 40 });
  for (const [name, value] of Object.entries(environmentFor(store.url))) vi.stubEnv(name, value);
  try {
    expect(await burst(500, 25_000)).toEqual({ failed: [] });
  } finally {
    await store.close();
  }
});
