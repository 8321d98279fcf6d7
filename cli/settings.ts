import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { SettingsError } from '../lib/settings/settings-error.ts';
import { SIMULATOR_ELSEWHERE } from '../local/default-settings.ts';
import {
  examineSettingsFile,
  listed,
  problemLine,
  problemLines,
  type SettingsFile,
} from '../local/settings-file.ts';
import { describeCommand } from './command.ts';
import { parseStage, stagePath } from './options.ts';
import { endWithProblems } from './read-settings.ts';
import { compare, type ParameterChange } from './settings/compare.ts';
import { findMistakes } from './settings/find-mistakes.ts';
import { findWarnings, parameterWarnings } from './settings/find-warnings.ts';
import { layOut, unpacked } from './settings/layout.ts';
import { needsOfLines } from './settings/line-warnings.ts';
import { MAX_BYTES, type Parameters, tooLong, wantedParameters } from './settings/parameter.ts';
import { openParameterStore, type ParameterStore, ParameterStoreError } from './settings/parameter-store.ts';
import { carryOut, checkResult, resultOf, toBeDone, writesFor } from './settings/push.ts';
import type { SettingsWarning } from './settings/settings-warning.ts';
import { showChange } from './settings/show-change.ts';
import { marked } from './terminal.ts';

interface StageOptions {
  stage: string;
  kmsKey?: string;
  delete?: boolean;
  pack?: boolean;
  yes?: true;
}

export const command = describeCommand({
  name: 'settings',
  description:
    'Checks a settings file, compares it with Parameter Store, and writes it there. Shows no secret.',
  examples: [
    'check settings.json',
    'diff settings.json --stage prod',
    'push settings.json --stage prod',
    'push settings.json --stage prod --yes --delete',
  ],
  notes: `The file is the same as for start --settings. The file names parameters as Parameter Store does, without the path.
Set AWS_REGION and credentials in the environment, as for the AWS CLI. The exit status of diff is 1 if there are differences.
If the file has more than ten parameters, push packs them into packed/…, so functions read all of them in one request.`,
});

command
  .command('check')
  .description('check the file, and list its parameters')
  .argument('<file>', 'the settings file')
  .action(check);
withStage(command.command('diff'))
  .description('show the differences between the file and a stage; hides secrets')
  .action(reporting(diff));
withStage(command.command('push'))
  .description('write the differences to a stage; encrypts secrets, keys and webhooks (SecureString)')
  .option('--delete', 'also delete parameters that are not in the file')
  .option(
    '--no-pack',
    'store every parameter separately, for older functions that cannot read packed parameters',
  )
  .option('--yes', 'do not ask')
  .option(
    '--kms-key <id>',
    'the KMS key that encrypts the SecureStrings (default: aws/ssm, the key of the account)',
  )
  .action(reporting(push));

/** Ends the command with the message if AWS refused a request. */
function reporting(action: (file: string, options: StageOptions) => Promise<void>): typeof action {
  return (file, options) =>
    action(file, options).catch((error: unknown) => {
      if (error instanceof ParameterStoreError) return command.error(error.message);
      throw error;
    });
}

function withStage(verb: Command): Command {
  return verb
    .argument('<file>', 'the settings file')
    .requiredOption(
      '--stage <name>',
      'the deployed stage; its parameters are under /asterisk-callback/<name>',
      parseStage,
    );
}

/** Accepts a file without a PBX, because `start` does. A stage needs a PBX, so `diff` and `push` refuse such a file. */
async function check(file: string): Promise<void> {
  let added: Readonly<Record<string, unknown>> = {};
  const { flat, settings } = await read(file, async () => {
    added = SIMULATOR_ELSEWHERE;
    return added;
  });
  const isSimulated = Object.keys(added).length > 0;
  if (isSimulated) showWarning(NO_PBX);
  const parameters = Object.entries(wantedParameters(flat)).filter(([name]) => !(name in added));
  for (const [name, { type }] of parameters.sort()) console.log(`${name}  (${type})`);
  const use = isSimulated ? ' for a simulated PBX' : '';
  console.log(`${marked('OK', 2)}  ${file} is valid${use}: ${parameters.length} parameters`);
  if (!isSimulated) for (const need of needsOfLines(settings)) console.log(need);
}

const NO_PBX = {
  found: 'the file has no PBX, so only `npx asterisk-callback start` can use it, with a simulated PBX',
  cure: 'for a stage, add pbx/main/url, pbx/main/username and pbx/main/secret',
};

const showWarning = ({ found, cure }: SettingsWarning): void =>
  console.log(`${marked('WARN')}  ${found}\n      → ${cure}`);

async function diff(file: string, { stage }: StageOptions): Promise<void> {
  const { changes } = await compared(file, openParameterStore(stagePath(stage), undefined));
  for (const change of changes) console.log(showChange(change, false));
  if (changes.length === 0)
    console.log(`${marked('=', 1)} ${stagePath(stage)} does not differ from the file`);
  process.exitCode = changes.length === 0 ? 0 : 1;
}

async function push(
  file: string,
  { stage, kmsKey, delete: mayDelete = false, pack = true, yes }: StageOptions,
): Promise<void> {
  const path = stagePath(stage);
  const store = openParameterStore(path, kmsKey);
  const { wanted, stored, parameters, changes } = await compared(file, store);
  for (const change of changes) console.log(showChange(change, mayDelete));
  const result = resultOf(wanted, parameters, mayDelete);
  const layout = layOut(result, stored, { separate: !pack });
  const writes = writesFor(layout, stored, mayDelete);
  if (writes.length === 0)
    return console.log(`${marked('=', 1)} ${path} does not differ from the file. Nothing was written`);
  refuseUnusable(path, result);
  if (!yes && !(await agreed(toBeDone(changes, mayDelete), path)))
    return command.error('Nothing was written.');
  await carryOut(store, writes, (done) => console.log(`${marked('OK', 2)}  ${done}`));
  console.log('Warm functions read the new settings within five minutes (SETTINGS_TTL_SECONDS).');
}

interface Compared {
  wanted: Parameters;
  /** The parameters as Parameter Store has them. */
  stored: Parameters;
  /** The stored parameters, unpacked. */
  parameters: Parameters;
  changes: ParameterChange[];
}

async function compared(file: string, store: ParameterStore): Promise<Compared> {
  const wanted = wantedParameters((await read(file)).flat);
  const stored = await store.read();
  const { parameters, mistake } = unpacked(stored);
  if (mistake !== undefined) console.log(`${marked('WARN')}  ${mistake}`);
  return { wanted, stored, parameters, changes: compare(wanted, parameters) };
}

async function read(
  file: string,
  pbx?: () => Promise<Readonly<Record<string, unknown>>>,
): Promise<SettingsFile> {
  const examined = await examineSettingsFile(file, pbx).catch(endWithProblems(command, file));
  const { flat, settings, problems } = examined;
  const long = tooLong(wantedParameters(flat)).map(
    (name) =>
      `${name}: too long. A parameter has at most ${MAX_BYTES} bytes. In "ca", write only the certificate of the CA that signed the certificate of the PBX.`,
  );
  const mistakes = [...problems.map(problemLine), ...long, ...(await findMistakes(settings))];
  (mistakes.length > 0 ? parameterWarnings : findWarnings)(settings).forEach(showWarning);
  if (mistakes.length > 0) return command.error(`${file} cannot be used:\n${listed(mistakes)}`);
  return { flat, settings };
}

function refuseUnusable(path: string, result: Parameters): void {
  try {
    checkResult(path, result);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    command.error(
      `Nothing was written. The functions could not use the new settings, together with the parameters that stay in the stage:\n${problemLines(error)}\nAdd --delete to delete the parameters that are not in the file. Or add the missing parameters to the file.`,
    );
  }
}

async function agreed(todo: readonly ParameterChange[], path: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    return command.error(
      'push cannot ask you, because standard input is not a terminal. Add --yes to write without asking.',
    );
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  const gone = todo.filter(({ kind }) => kind === 'remove').length;
  const question =
    todo.length === 0
      ? `Pack or unpack the parameters under ${path}, without changing their values? [y/N] `
      : `Change ${todo.length} parameters under ${path}${gone > 0 ? ` (delete ${gone} of them)` : ''}? [y/N] `;
  // Ctrl-C and Ctrl-D close the prompt without an answer.
  const left = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
  const answer = await Promise.race([asking.question(question), left]);
  asking.close();
  return /^y(es)?$/i.test(answer.trim());
}
