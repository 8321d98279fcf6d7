import { isDeepStrictEqual } from 'node:util';
import type { PbxSettings } from '../settings/settings.ts';
import type { SettingsCache } from '../settings/settings-cache.ts';

/**
 * Reads the settings again after a refused login, because the secret may have been rotated.
 *
 * @returns the current settings of the PBX, if they differ.
 */
export async function rotatedSecret(
  cache: SettingsCache,
  name: string,
  known: PbxSettings,
): Promise<PbxSettings | undefined> {
  const fresh = (await cache.refresh()).pbx[name];
  return isDeepStrictEqual(fresh, known) ? undefined : fresh;
}
