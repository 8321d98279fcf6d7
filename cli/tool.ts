import { styleText } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { eatenByNpm } from './npm-options.ts';

interface About {
  /** As in `npm run <name> --`. */
  name: string;
  description: string;
  /** What comes after the command's name; '' for nothing. */
  examples: readonly string[];
  /** Told after the examples. */
  notes?: string;
}

/** A command-line tool of this project: every one has `--help` with examples. */
export function tool({ name, description, examples, notes }: About): Command {
  const lines = examples.map((example) => `\n  npm run ${name}${example && ` -- ${example}`}`).join('');
  return new Command(`npm run ${name} --`)
    .description(description)
    .addHelpText('after', `\nExamples:${lines}${notes === undefined ? '' : `\n\n${notes}`}`);
}

/** Reads what came, and does it. To be called instead of `parseAsync` by whatever is an npm script. */
export async function readArguments(command: Command): Promise<void> {
  // Whoever reads no further (`| head`) has seen what he wanted.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  const eaten = eatenByNpm(command, process.argv.slice(2), process.env);
  if (eaten !== undefined) command.error(eaten);
  await command.parseAsync();
}

const COLOURS = {
  OK: 'green',
  WARN: 'yellow',
  FAIL: 'red',
  SKIP: 'gray',
  '+': 'green',
  '~': 'yellow',
  '-': 'red',
  '=': 'gray',
} as const;

export type Mark = keyof typeof COLOURS;

/** A mark at the beginning of a line; in colour only on a terminal, and not with NO_COLOR. */
export const marked = (mark: Mark, width = 4): string =>
  styleText(COLOURS[mark], mark.padEnd(width), { stream: process.stdout });

export const bold = (text: string): string => styleText('bold', text, { stream: process.stdout });

/** A stage of serverless.yml: part of a parameter's name. */
export function parseStage(text: string): string {
  if (/^[A-Za-z0-9_.-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be letters, digits, "_", "." and "-".');
}

/** Where the settings of a stage lie, unless serverless.yml was given another `settingsPath`. */
export const stagePath = (stage: string): string => `/asterisk-callback/${stage}`;
