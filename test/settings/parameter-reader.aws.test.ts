import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { layOut } from '../../cli/settings/layout.ts';
import { wantedParameters } from '../../cli/settings/parameter.ts';
import { openParameterStore } from '../../cli/settings/parameter-store.ts';
import { createParameterReader } from '../../lib/settings/parameter-reader.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { SettingsError } from '../../lib/settings/settings-error.ts';
import type { ParameterStoreStandIn } from '../../local/parameter-store.ts';
import { describeOnParameterStores, environmentFor, startTestStore } from '../support/aws/index.ts';
import { SETTINGS_29, storedSettings } from '../support/settings/burst.ts';
import { MINIMAL, PATH } from '../support/settings/fixtures.ts';

const speakTo = (url: string): void => {
  for (const [name, value] of Object.entries(environmentFor(url))) vi.stubEnv(name, value);
};

let store: ParameterStoreStandIn;

beforeEach(async () => {
  store = await startTestStore(PATH, MINIMAL);
  speakTo(store.url);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await store.close();
});

async function failure(read: Promise<unknown>): Promise<SettingsError> {
  const error = await read.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SettingsError) return error;
  throw new Error('A SettingsError was expected.', { cause: error });
}

describeOnParameterStores('createParameterReader', (url) => {
  beforeEach(() => speakTo(url()));

  const fill = async (path: string, settings: Readonly<Record<string, unknown>>): Promise<void> => {
    const filled = openParameterStore(path, undefined);
    for (const [name, parameter] of Object.entries(wantedParameters(settings)))
      await filled.write(name, parameter, false);
  };

  it('reads parameters recursively and decrypts them', async () => {
    await fill(PATH, MINIMAL);
    const parameters = await createParameterReader(PATH)();
    expect(Object.keys(parameters).sort()).toEqual(Object.keys(MINIMAL).sort());
    expect(parseSettings(parameters)).toEqual(parseSettings(MINIMAL));
  });

  it('reads to the last page', async () => {
    const keys = Array.from({ length: 30 }, (_, number) => [
      `keys/key-${number}`,
      { secret: `secret-of-key-${number}-…` },
    ]);
    await fill(PATH, { ...MINIMAL, ...Object.fromEntries(keys) });
    expect(Object.keys(await createParameterReader(PATH)())).toHaveLength(Object.keys(MINIMAL).length + 30);
  });

  it('reads in one request what settings push packed', async () => {
    const stored = openParameterStore(PATH, undefined);
    for (const [name, parameter] of Object.entries(layOut(wantedParameters(SETTINGS_29), {})))
      await stored.write(name, parameter, false);
    expect(parseSettings(await createParameterReader(PATH)())).toEqual(parseSettings(SETTINGS_29));
  });

  it('does not read the parameters of another stage', async () => {
    await fill('/asterisk-callback/dev', { 'pbx/main/url': 'https://pbx.example.com' });
    await fill('/asterisk-callback/dev2', { 'pbx/main/url': 'https://elsewhere.example.com' });
    expect(Object.keys(await createParameterReader('/asterisk-callback/dev')())).toEqual(['pbx/main/url']);
    expect(await createParameterReader('/asterisk-callback')()).toHaveProperty(['dev/pbx/main/url']);
  });

  it('accepts a path that ends with a slash', async () => {
    await fill(PATH, MINIMAL);
    expect(await createParameterReader(`${PATH}/`)()).toHaveProperty(['pbx/main/url']);
  });

  it('returns nothing for an empty path', async () => {
    expect(await createParameterReader('/asterisk-callback/prod')()).toEqual({});
  });
});

describe('createParameterReader', () => {
  it('reads page by page', async () => {
    for (let number = 1; number <= 30; number++) store.put(`keys/key-${number}`, { secret: 'x' });
    await createParameterReader(PATH)();
    expect(store.requests).toEqual(Array(4).fill('GetParametersByPath'));
  });

  it('reads packed settings with one request', async () => {
    const packed = await startTestStore(PATH, storedSettings());
    speakTo(packed.url);
    await createParameterReader(PATH)();
    expect(packed.requests).toEqual(['GetParametersByPath']);
    await packed.close();
  });

  it('reads once more when packed settings are not complete, as in the middle of a push', async () => {
    const [name = '', value] = Object.entries(storedSettings())[0] ?? [];
    const first = name.replace(/-1-of-\d+$/, '-1-of-2');
    const packed = await startTestStore(PATH, { [first]: value });
    speakTo(packed.url);
    const reading = createParameterReader(PATH)();
    await vi.waitFor(() => expect(packed.requests).toHaveLength(1));
    packed.put(first.replace('-1-of-2', '-2-of-2'), '{"keys/new": {"secret": "x"}}');
    expect(await reading).toHaveProperty(['keys/new']);
    packed.delete(first);
    expect((await failure(createParameterReader(PATH)())).code).toBe('SETTINGS_INVALID');
    await packed.close();
  });

  it('says which permissions are missing when access is denied', async () => {
    store.fault = 'AccessDeniedException';
    const error = await failure(createParameterReader(PATH)());
    expect(error.code).toBe('SETTINGS_DENIED');
    expect(error.message).toContain(PATH);
    expect(error.message).toMatch(/ssm:GetParametersByPath.*kms:Decrypt/);
    expect(error.cause).toHaveProperty('name', 'AccessDeniedException');
    expect(store.requests).toHaveLength(1);
  });

  it('is tested by a stand-in that requires a signature', async () => {
    const response = await fetch(store.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSSM.GetParametersByPath' },
      body: '{}',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('MissingAuthenticationTokenException');
  });

  it('throws SETTINGS_UNREACHABLE after two attempts with InternalServerError', async () => {
    store.fault = 'InternalServerError';
    const error = await failure(createParameterReader(PATH)());
    expect(error.code).toBe('SETTINGS_UNREACHABLE');
    expect(error.message).toContain(PATH);
    expect(store.requests).toHaveLength(2);
  });

  it('tries again after pauses while it is throttled, and returns the settings afterwards', async () => {
    store.fault = 'ThrottlingException';
    const reading = createParameterReader(PATH)();
    await vi.waitFor(() => expect(store.requests.length).toBeGreaterThan(3), 4_000);
    store.fault = undefined;
    expect(Object.keys(await reading)).toHaveLength(Object.keys(MINIMAL).length);
  });

  it('throws SETTINGS_UNREACHABLE if it is throttled until the time for one read is over', async () => {
    store.fault = 'ThrottlingException';
    const error = await failure(createParameterReader(PATH)());
    expect(error.code).toBe('SETTINGS_UNREACHABLE');
    expect(error.message).toContain('ThrottlingException');
    expect(store.requests.length).toBeLessThan(60);
  });

  it('throws SETTINGS_UNREACHABLE when nothing listens', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
    vi.stubEnv('AWS_ENDPOINT_URL_SSM', `http://127.0.0.1:${await promise}`);
    const error = await failure(createParameterReader(PATH)());
    expect(error.code).toBe('SETTINGS_UNREACHABLE');
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('stops when the caller aborts', async () => {
    store.fault = 'hang';
    const abort = new AbortController();
    const reading = failure(createParameterReader(PATH)(abort.signal));
    await vi.waitFor(() => expect(store.requests).toHaveLength(1));
    abort.abort();
    expect((await reading).code).toBe('SETTINGS_UNREACHABLE');
  });

  it('stops by itself when AWS does not reply', async () => {
    store.fault = 'hang';
    const error = await failure(createParameterReader(PATH)());
    expect(error.code).toBe('SETTINGS_UNREACHABLE');
    expect(error.message).toContain('ETIMEDOUT');
  });

  it('says that a region is missing', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    const error = await failure(createParameterReader(PATH)());
    expect(error.code).toBe('SETTINGS_UNREACHABLE');
    expect(error.message).toContain('Set AWS_REGION');
  });
});
