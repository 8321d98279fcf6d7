import { isDeepStrictEqual } from 'node:util';
import { isAjamError } from '../ajam/index.ts';
import type { PbxSettings } from '../settings/settings.ts';
import type { SettingsCache } from '../settings/settings-cache.ts';

/**
 * Runs work that logs in to a PBX. If Asterisk refuses the login, reads the settings again and runs the work once more.
 * A second refusal is the problem pbx-login-refused. A line then waits, see lib/queue/pbx-backoff.ts.
 */
export async function withCurrentSecret<T>(
  source: SettingsCache,
  name: string,
  known: PbxSettings,
  work: (pbx: PbxSettings) => Promise<T>,
): Promise<T> {
  try {
    return await work(known);
  } catch (error) {
    if (!isAjamError(error, 'AJAM_AUTHENTICATION')) throw error;
    const rotated = await rotatedSecret(source, name, known);
    if (!rotated) throw error;
    return await work(rotated);
  }
}

/** Reads the settings again after a refused login. Returns the settings of the PBX if they differ. */
export async function rotatedSecret(
  source: SettingsCache,
  name: string,
  known: PbxSettings,
): Promise<PbxSettings | undefined> {
  const fresh = (await source.refresh()).pbx[name];
  return isDeepStrictEqual(fresh, known) ? undefined : fresh;
}
