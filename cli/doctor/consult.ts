import type { Settings } from '../../lib/settings/settings.ts';
import { bounded } from './bounded.ts';
import { examinePbx } from './examine.ts';
import type { Finding } from './finding.ts';
import { type From, loadSettings } from './load.ts';
import type { Given } from './sample.ts';

/** Yields all findings: first about the settings, then about each PBX and its routes. Rings no phone. */
export async function* consult(from: From, given: Given = {}): AsyncGenerator<Finding, void, void> {
  let settings: Settings | undefined;
  async function* load(): AsyncGenerator<Finding, void, void> {
    const loaded = await loadSettings(from);
    settings = loaded.settings;
    yield* loaded.findings;
  }
  yield* bounded('settings', load());
  for (const [name, pbx] of Object.entries(settings?.pbx ?? {}))
    if (settings) yield* bounded(`pbx/${name}`, examinePbx(name, pbx, settings, given));
}

export const passed = (findings: readonly Finding[]): boolean =>
  findings.every(({ mark }) => mark !== 'FAIL');
