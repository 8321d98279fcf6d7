import { Option } from 'commander';
import { describeCommand } from './command.ts';
import { consult, isWell } from './doctor/consult.ts';
import type { Finding } from './doctor/finding.ts';
import { lineOf, summaryOf } from './doctor/report.ts';
import { parseStage } from './options.ts';

interface Options {
  settings?: string;
  stage?: string;
  json?: true;
  to?: string;
  agent?: string;
}

export const command = describeCommand({
  name: 'doctor',
  description:
    'Looks for everything that could keep a call from being placed, and says what to do about it. Rings no phone.',
  examples: [
    '--settings settings.json',
    '--stage prod',
    '--stage prod --json',
    '--settings settings.json --to +74951234567 --agent 3200',
  ],
  notes: `Exit status 1 when something has to be put right (FAIL); WARN alone is 0.
With --stage, AWS_REGION and credentials that may read the settings have to be there.
It logs in to each PBX and orders calls to a channel technology that does not exist: Asterisk checks context and
extension first, then reports that the call failed. Its log says "No channel type registered for 'Doctor'"; and, of a call to a
context that nobody has, whose events show what arrives, "No such extension/context".`,
})
  .option('--settings <file>', 'the settings file to check with')
  .addOption(
    new Option('--stage <name>', 'the deployed stage whose settings to check with')
      .argParser(parseStage)
      .conflicts('settings'),
  )
  .option('--json', 'print one JSON object instead of lines')
  .option(
    '--to <number>',
    'a number to look for in the dialplan, instead of one made up for each allowed prefix',
  )
  .option('--agent <extension>', 'an extension to look for in the dialplan, instead of one made up')
  .action(run);

async function run({ settings: file, stage, json, ...given }: Options): Promise<void> {
  const from = file !== undefined ? { file } : stage !== undefined ? { stage } : undefined;
  if (from === undefined) return command.error('Say which settings: --settings FILE or --stage NAME');
  const findings: Finding[] = [];
  const tell = (finding: Finding): void => {
    if (!json) console.log(lineOf(finding, findings.at(-1)));
    findings.push(finding);
  };
  for await (const finding of consult(from, given)) tell(finding);
  const ok = isWell(findings);
  console.log(json ? JSON.stringify({ ok, findings }, null, 2) : summaryOf(findings));
  process.exitCode = ok ? 0 : 1;
}
