import { Command } from 'commander';

export interface About {
  name: string;
  description: string;
  /** The words after the name of the command. '' is the command alone. */
  examples: readonly string[];
  /** Printed after the examples. */
  notes?: string;
}

export const PROGRAM = 'npx asterisk-callback';

/** Returns a command of `asterisk-callback` with examples in its help. */
export const describeCommand = (about: About): Command =>
  withExamples(new Command(about.name), `${PROGRAM} ${about.name}`, about);

/** Adds a description, examples and notes. `called` is how users call the command, such as `npm run build`. */
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
