import { Command } from 'commander';

export interface About {
  name: string;
  description: string;
  /** The words after the command's name; '' for none. */
  examples: readonly string[];
  /** Printed after the examples. */
  notes?: string;
}

export const PROGRAM = 'npx asterisk-callback';

/** Makes a command of `asterisk-callback`, whose help shows examples. */
export const describeCommand = (about: About): Command =>
  withExamples(new Command(about.name), `${PROGRAM} ${about.name}`, about);

/** Adds description, examples and notes to a command that users call as `called`. */
export function withExamples(
  command: Command,
  called: string,
  { description, examples, notes }: About,
): Command {
  const lines = examples.map((example) => `\n  ${called}${example && ` ${example}`}`).join('');
  return command
    .description(description)
    .addHelpText('after', `\nExamples:${lines}${notes === undefined ? '' : `\n\n${notes}`}`);
}
