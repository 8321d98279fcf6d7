import { describe, expect, it } from 'vitest';
import { createSettingsCache } from '../../lib/settings/settings-cache.ts';
import { SettingsError } from '../../lib/settings/settings-error.ts';
import { MINIMAL, PATH, settingsWith } from '../support/settings/fixtures.ts';

const UNREACHABLE = new SettingsError('SETTINGS_UNREACHABLE', 'Parameter Store could not be asked');

/** Makes a cache whose parameters, clock and failures a test can change. */
function aCache({ deadlineMs = 5_000 } = {}) {
  const world = {
    parameters: MINIMAL,
    seconds: 0,
    failure: undefined as unknown,
    reads: 0,
    random: 1,
    warnings: [] as { code: string; message: string }[],
  };
  const cache = createSettingsCache({
    path: PATH,
    deadlineMs,
    now: () => world.seconds * 1000,
    random: () => world.random,
    warn: (warning) => world.warnings.push(warning),
    read: async () => {
      world.reads++;
      if (world.failure === 'hang') return new Promise<never>(() => {});
      if (world.failure) throw world.failure;
      return world.parameters;
    },
  });
  const secret = async (settings = cache.get()) => Object.values((await settings).pbx)[0]?.secret;
  return { world, cache, secret };
}

const ROTATED = settingsWith({ 'pbx/main/secret': 'rotated' });

describe('createSettingsCache', () => {
  it('reads once for a hundred requests at the same time', async () => {
    const { world, cache } = aCache();
    const all = await Promise.all(Array.from({ length: 100 }, () => cache.get()));
    expect(world.reads).toBe(1);
    expect(new Set(all).size).toBe(1);
  });

  it('reads again once the settings are 300 seconds old', async () => {
    const { world, secret } = aCache();
    await secret();
    world.parameters = ROTATED;
    world.seconds = 299;
    expect(await secret()).toBe('ami-secret-of-main');
    world.seconds = 300;
    expect(await secret()).toBe('rotated');
    expect(world.reads).toBe(2);
  });

  it('reads again earlier in some processes than in others, so that they do not read together', async () => {
    const { world, cache } = aCache();
    world.random = 0.5;
    await cache.get();
    world.seconds = 269;
    await cache.get();
    expect(world.reads).toBe(1);
    world.seconds = 270;
    await cache.get();
    expect(world.reads).toBe(2);
  });

  it('reads again at once on refresh, and once for simultaneous calls', async () => {
    const { world, cache, secret } = aCache();
    await cache.get();
    world.parameters = ROTATED;
    await Promise.all([cache.refresh(), cache.refresh(), cache.refresh()]);
    expect(await secret()).toBe('rotated');
    expect(world.reads).toBe(2);
  });

  it('returns the last good settings with a warning when a read fails', async () => {
    const { world, secret } = aCache();
    await secret();
    world.failure = UNREACHABLE;
    world.seconds = 600;
    expect(await secret()).toBe('ami-secret-of-main');
    expect(world.warnings).toEqual([
      {
        code: 'SETTINGS_UNREACHABLE',
        message:
          'Could not refresh the settings; still using those read 600 s ago. Parameter Store could not be asked',
      },
    ]);
  });

  it('does not let every request wait for the next failure', async () => {
    const { world, secret } = aCache();
    await secret();
    world.failure = UNREACHABLE;
    for (const seconds of [600, 601, 604.9]) {
      world.seconds = seconds;
      await secret();
    }
    expect(world.reads).toBe(2);
    world.seconds = 605;
    world.failure = undefined;
    world.parameters = ROTATED;
    expect(await secret()).toBe('rotated');
    expect(world.reads).toBe(3);
  });

  it('returns the last good settings when a refresh fails', async () => {
    const { world, cache, secret } = aCache();
    await cache.get();
    world.failure = UNREACHABLE;
    expect(await secret(cache.refresh())).toBe('ami-secret-of-main');
    expect(world.warnings).toHaveLength(1);
  });

  it('keeps the last good settings when new ones are invalid', async () => {
    const { world, secret } = aCache();
    await secret();
    world.parameters = settingsWith({ 'pbx/main/url': 'nonsense' });
    world.seconds = 300;
    expect(await secret()).toBe('ami-secret-of-main');
    expect(world.warnings[0]).toMatchObject({
      code: 'SETTINGS_INVALID',
      message: expect.stringContaining(`${PATH}/pbx/main/url must be`),
    });
  });

  it('throws when no settings were ever read, and tries again with the next request', async () => {
    const { world, cache, secret } = aCache();
    world.failure = UNREACHABLE;
    await expect(cache.get()).rejects.toBe(UNREACHABLE);
    await expect(cache.refresh()).rejects.toBe(UNREACHABLE);
    world.failure = undefined;
    expect(await secret()).toBe('ami-secret-of-main');
    expect(world.warnings).toEqual([]);
  });

  it('stops waiting for a read that hangs', async () => {
    const { world, cache } = aCache({ deadlineMs: 20 });
    world.failure = 'hang';
    await expect(cache.get()).rejects.toMatchObject({
      code: 'SETTINGS_UNREACHABLE',
      message: expect.stringContaining(`${PATH} were not read within 20 ms`),
    });
  });

  it('wraps an unknown error without its message, and keeps it as the cause', async () => {
    const { world, cache } = aCache();
    const foreign = new TypeError('web-secret-0123456789 is no good');
    world.failure = foreign;
    const error: unknown = await cache.get().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SETTINGS_UNREACHABLE', cause: foreign });
    expect(error).toHaveProperty('message', expect.not.stringContaining('web-secret'));
  });
});
