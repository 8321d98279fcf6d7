import { Option } from 'commander';
import type { Settings } from '../lib/settings/settings.ts';
import { describeCommand } from './command.ts';
import { checkPbx } from './doctor/check-pbx.ts';
import { checkSettings, type SettingsOrigin } from './doctor/check-settings.ts';
import { withCheckTimeout } from './doctor/check-timeout.ts';
import { type Finding, skip } from './doctor/finding.ts';
import { checkHttpConf } from './doctor/http-conf.ts';
import { lineOf, summaryOf } from './doctor/report.ts';
import type { GivenParties } from './doctor/sample-calls.ts';
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
  description: 'Checks everything that could prevent a call, and says what to do about it. Rings no phone.',
  examples: [
    '--settings settings.json',
    '--stage prod',
    '--stage prod --json',
    '--settings settings.json --to +74951234567 --agent 3200',
    '--settings settings.json --http-conf /etc/asterisk/http.conf',
  ],
  notes: `The exit status is 1 if a check failed (FAIL). Warnings (WARN) alone give 0.
With --stage, set AWS_REGION and credentials that may read the settings.
The doctor logs in to each PBX and originates calls to a channel technology that does not exist. Asterisk checks context
and extension first, then reports that the call failed. The log of Asterisk then has "No channel type registered for
'Doctor'". To see which events arrive, the doctor also originates a call into a context that does not exist. This call
leaves "No such extension/context" in the log.`,
})
  .option('--settings <file>', 'check with this settings file')
  .addOption(
    new Option('--stage <name>', 'check with the settings of this deployed stage')
      .argParser(parseStage)
      .conflicts('settings'),
  )
  .option('--json', 'print one JSON object instead of lines')
  .option(
    '--to <number>',
    'look for this number in the dialplan, instead of a made-up number for each allowed prefix',
  )
  .option('--agent <extension>', 'look for this extension in the dialplan, instead of a made-up one')
  .option(
    '--http-conf <file>',
    "also check the PBX's http.conf, or a copy of it, for mistakes that the network does not show",
  )
  .action(run);

async function run({ settings: file, stage, json, httpConf, ...given }: Options): Promise<void> {
  const from = file !== undefined ? { file } : stage !== undefined ? { stage } : undefined;
  if (from === undefined) return command.error('Name the settings: --settings FILE or --stage NAME.');
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
      : [skip('--http-conf is not checked: it needs settings with exactly one PBX')];
  for (const verdict of verdicts) yield { subject: `pbx/${name}`, check: 'http-conf', ...verdict };
}

export const passed = (findings: readonly Finding[]): boolean =>
  findings.every(({ mark }) => mark !== 'FAIL');
