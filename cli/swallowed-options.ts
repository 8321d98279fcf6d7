import type { Command, Option } from 'commander';
import { PROGRAM } from './command.ts';

/** Options of npm itself. Users may have set them for npm. */
const OF_NPM = ['ca', 'cert', 'help', 'json', 'key', 'prefix', 'version', 'yes'];

/**
 * Returns an error for a call such as `npm run doctor --settings FILE`, otherwise undefined. Options without a `--` before them
 * are not passed to the command: npm puts them into variables `npm_config_…`.
 *
 * @param words The words after the name of the command.
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
  return `npm did not pass on ${[...names].join(', ')}. Write: ${PROGRAM} ${command.name()} …`;
}
