import { Command, InvalidArgumentError } from 'commander';
import { type About, withExamples } from '../cli/command.ts';
import { endWithPipe } from '../cli/terminal.ts';

/** Returns the command of an npm script. Its help shows examples. */
export const script = (about: About): Command =>
  withExamples(new Command(`npm run ${about.name} --`), `npm run ${about.name}`, {
    ...about,
    examples: about.examples.map((example) => example && `-- ${example}`),
  });

/** Returns a parser of an option: an integer from 1 to `most`. */
export const positiveInteger =
  (most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`Use an integer from 1 to ${most}.`);
  };

export async function runScript(command: Command): Promise<void> {
  endWithPipe();
  await command.parseAsync();
}
