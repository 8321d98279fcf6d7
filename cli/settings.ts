import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { SettingsError } from '../lib/settings/settings-error.ts';
import { SIMULATOR_ELSEWHERE } from '../local/default-settings.ts';
import { problemLines, readSettingsFile, type SettingsFile } from '../local/settings-file.ts';
import { describeCommand } from './command.ts';
import { parseStage, stagePath } from './options.ts';
import { endWithProblems } from './read-settings.ts';
import { compare, type ParameterChange } from './settings/compare.ts';
import { findMistakes } from './settings/find-mistakes.ts';
import { findWarnings } from './settings/find-warnings.ts';
import { layOut, unpacked } from './settings/layout.ts';
import { needsOfLines } from './settings/line-warnings.ts';
import { MAX_BYTES, type Parameters, tooLong, wantedParameters } from './settings/parameter.ts';
import { openParameterStore, type ParameterStore, ParameterStoreError } from './settings/parameter-store.ts';
import { carryOut, checkResult, resultOf, toBeDone, writesFor } from './settings/push.ts';
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
  notes: `The file is the same as for \`npx asterisk-callback start --settings\`. It has the names of Parameter Store, without the path.
AWS_REGION and credentials come from the environment, as for the AWS CLI.
The exit status of diff is 1 when something differs. push stores more than ten parameters
together, as packed/…, so that functions read them in one request.`,
});

command
  .command('check')
  .description('check the file, and list its parameters')
  .argument('<file>', 'the settings file')
  .action(check);
withStage(command.command('diff'))
  .description('show the differences between the file and a stage, without the values of secrets')
  .action(reporting(diff));
withStage(command.command('push'))
  .description('write the differences to a stage; secrets, keys and webhooks as SecureString')
  .option('--delete', 'also delete parameters that are not in the file')
  .option('--no-pack', 'store every parameter separately, for functions that cannot read packed ones')
  .option('--yes', 'do not ask')
  .option(
    '--kms-key <id>',
    'encrypt SecureStrings with this KMS key (default: aws/ssm, the key of the account)',
  )
  .action(reporting(push));

/** Reports what AWS refused as an error of the command. */
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
      'the deployed stage: the parameters under /asterisk-callback/<name>',
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
  if (isSimulated) console.log(`${marked('WARN')}  ${NO_PBX}`);
  const parameters = Object.entries(wantedParameters(flat)).filter(([name]) => !(name in added));
  for (const [name, { type }] of parameters.sort()) console.log(`${name}  (${type})`);
  const use = isSimulated ? ' for a simulated PBX' : '';
  console.log(`${marked('OK', 2)}  ${file} is valid${use}: ${parameters.length} parameters`);
  for (const need of needsOfLines(settings)) console.log(need);
}

const NO_PBX =
  'the file has no PBX, so only `npx asterisk-callback start` can use it, with a simulated PBX: for a stage, add pbx/main/url, pbx/main/username and pbx/main/secret';

async function diff(file: string, { stage }: StageOptions): Promise<void> {
  const { changes } = await compared(file, openParameterStore(stagePath(stage), undefined));
  for (const change of changes) console.log(showChange(change, false));
  if (changes.length === 0) console.log(`${marked('=', 1)} ${stagePath(stage)} is the same as the file`);
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
  if (writes.length === 0) return console.log(`${marked('=', 1)} nothing to write to ${path}`);
  refuseUnusable(path, result);
  if (!yes && !(await agreed(toBeDone(changes, mayDelete), path)))
    return command.error('Nothing was written.');
  await carryOut(store, writes, (done) => console.log(`${marked('OK', 2)}  ${done}`));
  console.log('Warm functions read it within five minutes (SETTINGS_TTL_SECONDS).');
}

interface Compared {
  wanted: Parameters;
  /** As Parameter Store has them, and the same by their own names. */
  stored: Parameters;
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
  const settings = await readSettingsFile(file, pbx).catch(endWithProblems(command, file));
  const long = tooLong(wantedParameters(settings.flat));
  if (long.length > 0)
    return command.error(
      `${long.join(', ')}: longer than the ${MAX_BYTES} bytes of a parameter. For a "ca", one certificate is enough: that of the CA that signed.`,
    );
  const mistakes = await findMistakes(settings.settings);
  if (mistakes.length > 0) return command.error(`${file} cannot be used:\n${mistakes.join('\n')}`);
  for (const { found, cure } of findWarnings(settings.settings))
    console.log(`${marked('WARN')}  ${found}: ${cure}`);
  return settings;
}

function refuseUnusable(path: string, result: Parameters): void {
  try {
    checkResult(path, result);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    command.error(
      `Nothing was written. The functions could not use it together with the parameters that are there:\n${problemLines(error)}\nAdd --delete to remove what is not in the file, or add what is missing to the file.`,
    );
  }
}

async function agreed(todo: readonly ParameterChange[], path: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    return command.error('There is no terminal to ask in. Add --yes to write without asking.');
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  const gone = todo.filter(({ kind }) => kind === 'remove').length;
  const question =
    todo.length === 0
      ? `Store the parameters under ${path} in another form (together or separately), with the same values? [y/N] `
      : `Change ${todo.length} parameters under ${path}${gone > 0 ? `, and delete ${gone} of them` : ''}? [y/N] `;
  // Ctrl-C and Ctrl-D close it without an answer.
  const left = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
  const answer = await Promise.race([asking.question(question), left]);
  asking.close();
  return /^y(es)?$/i.test(answer.trim());
}
