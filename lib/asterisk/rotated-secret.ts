import { isDeepStrictEqual } from 'node:util';
import type { PbxSettings } from '../settings/settings.ts';
import type { SettingsSource } from '../settings/settings-cache.ts';

/**
 * A refused login may mean that the secret was rotated since the settings were read: they are read again, once.
 *
 * @returns the PBX as it is set up now, if that differs.
 */
export async function rotated(
  source: SettingsSource,
  name: string,
  known: PbxSettings,
): Promise<PbxSettings | undefined> {
  const fresh = (await source.refresh()).pbx[name];
  return isDeepStrictEqual(fresh, known) ? undefined : fresh;
}
