import { Option } from 'commander';
import type { Settings } from '../lib/settings/settings.ts';
import { describeCommand } from './command.ts';
import { checkPbx } from './doctor/check-pbx.ts';
import { checkSettings, type SettingsOrigin } from './doctor/check-settings.ts';
import { type Finding, skip } from './doctor/finding.ts';
import { checkHttpConf } from './doctor/http-conf.ts';
import { lineOf, summaryOf } from './doctor/report.ts';
import type { GivenParties } from './doctor/sample-calls.ts';
import { withCheckTimeout } from './doctor/time-limit.ts';
import { parseStage } from './options.ts';

interface Options {
  settings?: string;
  stage?: string;
  json?: true;
  to?: string;
  agent?: string;
  httpConf?: string;
}

export const command = describeCommand({
  name: 'doctor',
  description:
    'Checks settings, PBX and dialplan for everything that can prevent a call. Says what to do. Rings no phone.',
  examples: [
    '--settings settings.json',
    '--stage prod',
    '--stage prod --json',
    '--settings settings.json --to +74951234567 --agent 3200',
    '--settings settings.json --http-conf /etc/asterisk/http.conf',
  ],
  notes: `The exit status is 1 if a check failed (FAIL), and 0 if there are only warnings (WARN).
With --stage, set AWS_REGION and credentials that may read the settings.
The doctor leaves two kinds of lines in the log of Asterisk:
- "No channel type registered for 'Doctor'": to check context and extension, the doctor originates calls to a channel
  technology that does not exist.
- "No such extension/context": to see which events arrive, the doctor originates a call into a context that does not exist.`,
})
  .option('--settings <file>', 'the settings file to check')
  .addOption(
    new Option('--stage <name>', 'the deployed stage to check').argParser(parseStage).conflicts('settings'),
  )
  .option('--json', 'print one JSON object instead of lines')
  .option(
    '--to <number>',
    'the number to look for in the dialplan (default: an invented number for each allowed prefix)',
  )
  .option('--agent <extension>', 'the extension to look for in the dialplan (default: an invented extension)')
  .option(
    '--http-conf <file>',
    "also check the PBX's http.conf, or a copy, for mistakes that the network does not show",
  )
  .action(run);

async function run({ settings: file, stage, json, httpConf, ...given }: Options): Promise<void> {
  const from = file !== undefined ? { file } : stage !== undefined ? { stage } : undefined;
  if (from === undefined) return command.error('Add --settings FILE or --stage NAME.');
  const findings: Finding[] = [];
  for await (const finding of runChecks(from, given, httpConf)) {
    if (!json) console.log(lineOf(finding, findings.at(-1)));
    findings.push(finding);
  }
  const ok = passed(findings);
  console.log(json ? JSON.stringify({ ok, findings }, null, 2) : summaryOf(findings));
  process.exitCode = ok ? 0 : 1;
}

/** Yields the findings about the settings, then those about each PBX and its routes. Rings no phone. */
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
      : [skip('--http-conf is not checked, because the settings have several PBXes')];
  for (const verdict of verdicts) yield { subject: `pbx/${name}`, check: 'http-conf', ...verdict };
}

export const passed = (findings: readonly Finding[]): boolean =>
  findings.every(({ mark }) => mark !== 'FAIL');
