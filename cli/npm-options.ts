import type { Command, Option } from 'commander';

type Environment = Readonly<Record<string, string | undefined>>;

/** Options that npm has too, and may have been given, or set in its own files, for itself. */
const OF_NPM = ['ca', 'cert', 'help', 'json', 'key', 'prefix', 'version', 'yes'];

/**
 * What to say when npm took options for its own because no `--` stood before them (`npm run doctor --settings FILE`): it
 * keeps them as `npm_config_…`, and hands on only what follows them.
 *
 * @param words What came after the program's name.
 */
export function eatenByNpm(command: Command, words: readonly string[], env: Environment): string | undefined {
  const given = (option: Option): string | undefined =>
    env[`npm_config_${option.name().replaceAll('-', '_')}`] || undefined;
  const isThere = ({ long }: Option): boolean =>
    words.some((word) => word === long || word.startsWith(`${long}=`));
  const verb = command.commands.find((each) => words.includes(each.name()));
  const options = [...command.options, ...(verb?.options ?? [])];
  const isOfNpm = (option: Option): boolean => OF_NPM.includes(option.name());
  // Its own values are set whether somebody gave them or not, such as its prefix.
  const eaten = options.filter(
    (option) => given(option) !== undefined && !isThere(option) && !(option.required && isOfNpm(option)),
  );
  const taken = eaten.filter((option) => !isOfNpm(option));
  if (taken.length === 0) return undefined;
  const names = taken.map(({ long }) => long).join(', ');
  const [kept, values] = apart(verb ?? command, words, verb && words.indexOf(verb.name()));
  const hasNoValue = (option: Option): boolean => option.required && given(option) === 'true';
  // Of several, whose value is whose is nowhere to be seen.
  const value = eaten.filter(hasNoValue).length === 1 && values.length === 1 ? values[0] : undefined;
  const back = eaten.map((option) => {
    if (!option.required) return option.long ?? option.flags;
    if (!hasNoValue(option)) return `${option.long} ${given(option)}`;
    return value === undefined ? option.flags : `${option.long} ${value}`;
  });
  const right = [command.name(), ...kept, ...back].join(' ');
  return `npm took ${names} for itself: put "--" before the options. Write\n  ${right}`;
}

/** The words that are the command's own, its name included where it is one of several, and those that are not. */
function apart(
  { registeredArguments }: Command,
  words: readonly string[],
  at: number | undefined,
): [own: string[], values: string[]] {
  const from = at ?? 0;
  const to = from + (at === undefined ? 0 : 1) + registeredArguments.length;
  return [words.slice(from, to), [...words.slice(0, from), ...words.slice(to)]];
}
