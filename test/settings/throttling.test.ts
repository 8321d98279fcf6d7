import { afterEach, expect, it, vi } from 'vitest';
import { startParameterStore } from '../../local/parameter-store.ts';
import { environmentFor } from '../support/aws/index.ts';
import { burst, SETTINGS_29, storedSettings } from '../support/settings/burst.ts';
import { PATH } from '../support/settings/fixtures.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('100 functions that start within a second read 29 settings, although AWS serves 40 requests a second', async () => {
  expect(Object.keys(SETTINGS_29)).toHaveLength(29);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const store = await startParameterStore(PATH, storedSettings(), { credentials, requestsPerSecond: 40 });
  for (const [name, value] of Object.entries(environmentFor(store.url))) vi.stubEnv(name, value);
  try {
    expect(await burst(100, 1_000)).toEqual({ failed: [] });
    // Throttled functions pause before they try again. A slow machine may spread the requests so far that none is throttled.
    expect(store.requests.length).toBeGreaterThanOrEqual(100);
    expect(store.requests.length).toBeLessThan(500);
  } finally {
    await store.close();
  }
});
