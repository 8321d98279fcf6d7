import type { Settings } from '../../lib/settings/settings.ts';
import { checkPbx } from './check-pbx.ts';
import { checkSettings, type SettingsOrigin } from './check-settings.ts';
import { withCheckTimeout } from './check-timeout.ts';
import { type Finding, skip } from './finding.ts';
import { checkHttpConf } from './http-conf.ts';
import type { GivenParties } from './sample-calls.ts';

/** Yields all findings: first about the settings, then about each PBX and its routes. Rings no phone. */
export async function* runChecks(
  from: SettingsOrigin,
  given: GivenParties = {},
  httpConf?: string,
): AsyncGenerator<Finding, void, void> {
  let settings: Settings | undefined;
  async function* load(): AsyncGenerator<Finding, void, void> {
    const loaded = await checkSettings(from);
    settings = loaded.settings;
    yield* loaded.findings;
  }
  yield* withCheckTimeout('settings', load());
  if (settings && httpConf !== undefined) yield* examineHttpConf(httpConf, settings);
  for (const [name, pbx] of Object.entries(settings?.pbx ?? {}))
    if (settings) yield* withCheckTimeout(`pbx/${name}`, checkPbx(name, pbx, settings, given));
}

function* examineHttpConf(file: string, { pbx }: Settings): Generator<Finding, void, void> {
  const [[name, only] = [], ...others] = Object.entries(pbx);
  if (name === undefined || only === undefined) return;
  const verdicts =
    others.length === 0
      ? checkHttpConf(file, new URL(only.url))
      : [skip('--http-conf is not checked: it needs settings with exactly one PBX')];
  for (const verdict of verdicts) yield { subject: `pbx/${name}`, check: 'http-conf', ...verdict };
}

export const passed = (findings: readonly Finding[]): boolean =>
  findings.every(({ mark }) => mark !== 'FAIL');
