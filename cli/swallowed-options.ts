import type { Command, Option } from 'commander';
import { PROGRAM } from './command.ts';

/** Options that npm has too: users may have set them for npm itself. */
const OF_NPM = ['ca', 'cert', 'help', 'json', 'key', 'prefix', 'version', 'yes'];

/**
 * Explains a call such as `npm run doctor --settings FILE`, undefined if all is well. Without `--` before them, npm keeps
 * the options for itself, as `npm_config_…`.
 *
 * @param words The words that came after the command's name.
 */
export function swallowedOptions(
  command: Command,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const options = [...command.options, ...command.commands.flatMap((each) => each.options)];
  const isSwallowed = (option: Option): boolean =>
    !OF_NPM.includes(option.name()) &&
    Boolean(env[`npm_config_${option.name().replaceAll('-', '_')}`]) &&
    !words.some((word) => word.split('=')[0] === option.long);
  const names = new Set(options.filter(isSwallowed).map((option) => option.long));
  if (names.size === 0) return undefined;
  return `npm took ${[...names].join(', ')} for itself. Write: ${PROGRAM} ${command.name()} …`;
}
