import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { SettingsError } from '../lib/settings/settings-error.ts';
import { problemLines, readSettingsFile, type SettingsFile } from '../local/settings-file.ts';
import { describeCommand } from './command.ts';
import { parseStage, stagePath } from './options.ts';
import { type Change, compare } from './settings/compare.ts';
import { doubtsOf } from './settings/doubts.ts';
import { mistakesOf } from './settings/mistakes.ts';
import { MAX_BYTES, type Parameters, tooLong, wantedParameters } from './settings/parameter.ts';
import { carryOut, checkResult, toBeDone } from './settings/push.ts';
import { showChange } from './settings/show.ts';
import { openStore, type Store, StoreError } from './settings/store.ts';
import { marked } from './terminal.ts';

interface StageOptions {
  stage: string;
  kmsKey?: string;
  delete?: boolean;
  yes?: true;
}

export const command = describeCommand({
  name: 'settings',
  description: 'Checks a settings file, compares it with Parameter Store, writes it there. Shows no secret.',
  examples: [
    'check settings.json',
    'diff settings.json --stage prod',
    'push settings.json --stage prod',
    'push settings.json --stage prod --yes --delete',
  ],
  notes: `The file is the one of \`npx asterisk-callback start --settings\`: the names that Parameter Store has, without the path.
AWS_REGION and credentials come from the environment, as for the AWS CLI.
diff ends with status 1 when something differs.`,
});

command
  .command('check')
  .description('says whether the file is valid, and what it would be in Parameter Store')
  .argument('<file>', 'the settings file')
  .action(check);
withStage(command.command('diff'))
  .description('shows what sets the file and a stage apart; secrets differ or do not, and are not shown')
  .action(reporting(diff));
withStage(command.command('push'))
  .description('writes to a stage what differs; secrets, keys and webhooks as SecureString')
  .option('--delete', 'take away what is not in the file, too')
  .option('--yes', 'do not ask')
  .option(
    '--kms-key <id>',
    'encrypt SecureStrings with this KMS key, instead of that of the account (aws/ssm)',
  )
  .action(reporting(push));

/** Reports what AWS refused as an error of the command. */
function reporting(action: (file: string, options: StageOptions) => Promise<void>): typeof action {
  return (file, options) =>
    action(file, options).catch((error: unknown) => {
      if (error instanceof StoreError) return command.error(error.message);
      throw error;
    });
}

function withStage(verb: Command): Command {
  return verb
    .argument('<file>', 'the settings file')
    .requiredOption(
      '--stage <name>',
      'the deployed stage: what lies under /asterisk-callback/<name>',
      parseStage,
    );
}

async function check(file: string): Promise<void> {
  const { flat } = await read(file);
  const wanted = wantedParameters(flat);
  for (const [name, { type }] of Object.entries(wanted).sort()) console.log(`${name}  (${type})`);
  console.log(`${marked('OK', 2)}  ${file} is valid: ${Object.keys(wanted).length} parameters`);
}

async function diff(file: string, { stage }: StageOptions): Promise<void> {
  const { changes } = await compared(file, openStore(stagePath(stage), undefined));
  for (const change of changes) console.log(showChange(change, false));
  if (changes.length === 0) console.log(`${marked('=', 1)} ${stagePath(stage)} is as the file says`);
  process.exitCode = changes.length === 0 ? 0 : 1;
}

async function push(
  file: string,
  { stage, kmsKey, delete: mayDelete = false, yes }: StageOptions,
): Promise<void> {
  const path = stagePath(stage);
  const store = openStore(path, kmsKey);
  const { wanted, stored, changes } = await compared(file, store);
  for (const change of changes) console.log(showChange(change, mayDelete));
  const todo = toBeDone(changes, mayDelete);
  if (todo.length === 0) return console.log(`${marked('=', 1)} nothing to be written to ${path}`);
  refuseNonsense(path, wanted, stored, mayDelete);
  if (!yes && !(await agreed(todo, path))) return command.error('Nothing was written.');
  await carryOut(store, todo, (done) => console.log(`${marked('OK', 2)}  ${done}`));
  console.log(`Functions that are warm read it within five minutes (SETTINGS_TTL_SECONDS).`);
}

async function compared(
  file: string,
  store: Store,
): Promise<{ wanted: Parameters; stored: Parameters; changes: Change[] }> {
  const wanted = wantedParameters((await read(file)).flat);
  const stored = await store.read();
  return { wanted, stored, changes: compare(wanted, stored) };
}

async function read(file: string): Promise<SettingsFile> {
  const settings = await readSettingsFile(file).catch((error: unknown) => {
    if (!(error instanceof SettingsError)) throw error;
    return command.error(`${file} cannot be used:\n${problemLines(error)}`);
  });
  const long = tooLong(wantedParameters(settings.flat));
  if (long.length > 0)
    return command.error(
      `${long.join(', ')}: more than the ${MAX_BYTES} bytes that Parameter Store holds; of a "ca", the one certificate that signed is enough`,
    );
  const mistakes = await mistakesOf(settings.settings);
  if (mistakes.length > 0) return command.error(`${file} cannot be used:\n${mistakes.join('\n')}`);
  for (const { found, cure } of doubtsOf(settings.settings))
    console.log(`${marked('WARN')}  ${found}: ${cure}`);
  return settings;
}

function refuseNonsense(path: string, wanted: Parameters, stored: Parameters, mayDelete: boolean): void {
  try {
    checkResult(path, wanted, stored, mayDelete);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    command.error(
      `Nothing was written: together with what is there already, the functions could not use it:\n${problemLines(error)}\nTake away what is not in the file with --delete, or add what is missing to the file.`,
    );
  }
}

async function agreed(todo: readonly Change[], path: string): Promise<boolean> {
  if (!process.stdin.isTTY) return command.error('There is no terminal to ask on: say --yes to write.');
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  const gone = todo.filter(({ kind }) => kind === 'remove').length;
  const question = `Change ${todo.length} parameters under ${path}${gone > 0 ? `, ${gone} of them deleted` : ''}? [y/N] `;
  // Ctrl-C and Ctrl-D leave the question without an answer.
  const left = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
  const answer = await Promise.race([asking.question(question), left]);
  asking.close();
  return /^y(es)?$/i.test(answer.trim());
}
