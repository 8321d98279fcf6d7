import { Command } from 'commander';
import { type About, withExamples } from '../cli/command.ts';
import { endWithPipe } from '../cli/terminal.ts';

/** Makes the command of an npm script, whose help shows examples. */
export const script = (about: About): Command =>
  withExamples(new Command(`npm run ${about.name} --`), `npm run ${about.name}`, {
    ...about,
    examples: about.examples.map((example) => example && `-- ${example}`),
  });

export async function runScript(command: Command): Promise<void> {
  endWithPipe();
  await command.parseAsync();
}
