import { readFile, stat } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { isSupportedCountry } from 'libphonenumber-js/max';
import { refusalOf } from './call-file/check-translation.ts';
import { requestForRoute } from './call-file/find-route.ts';
import { isCallFile, type Remark, readCallFile } from './call-file/read-call-file.ts';
import { type Translation, translate } from './call-file/translate.ts';
import { describeCommand } from './command.ts';
import { readSettings } from './read-settings.ts';

interface Options {
  settings?: string;
  country?: string;
}

export const command = describeCommand({
  name: 'call-file',
  description:
    'Translates a call file of Asterisk (/var/spool/asterisk/outgoing) into a callback request. Names the lines that a request cannot express.',
  examples: ['reminder.call', 'reminder.call --settings settings.json', 'reminder.call --country DE'],
  notes: `The command prints the request to standard output. The request names a route of --settings that places the same call. If
--settings has no route for this call, the command prints the settings of a new route to standard error. If the modification
time of the file is in the future, the request has "at" with this time. Without --country, the command reads a number without
"+" and without a leading 0 as a number that begins with a country code, and warns. The exit status is 1 if a request cannot
express a line.`,
})
  .argument('<file>', 'a call file')
  .option('--settings <file>', 'a settings file in which to look for a route that places the same call')
  .option('--country <code>', 'the country of numbers that have no country code, such as DE', parseCountry)
  .action(run);

async function run(name: string, { settings, country }: Options): Promise<void> {
  const { text, at } = await read(name);
  if (!isCallFile(text))
    return command.error(
      `${name} is not a call file. A call file has lines such as "Channel: PJSIP/3200" and "Extension: 100".`,
    );
  const { file, refused, ignored } = readCallFile(text);
  for (const each of ignored)
    console.error(`${placeOf(name, each)}: not in the request, because ${each.why}`);
  const translation = file ? translate(file, { country, at, now: new Date() }) : { refused };
  if (!file || 'refused' in translation)
    return refuse(name, 'refused' in translation ? translation.refused : []);
  const why = refusalOf(file, translation);
  if (why !== undefined) return refuse(name, [{ line: 0, keyword: '(the call)', why }]);
  if (file.callerIdName !== undefined)
    console.error(
      `${placeOf(name, { line: file.lineOf('callerid'), keyword: 'CallerID' })}: the name is not in the request, because a callback shows numbers only`,
    );
  const known =
    settings === undefined
      ? undefined
      : requestForRoute(await readSettings(command, settings), file, translation);
  const request = known ?? { ...translation.request, route: NEW_ROUTE };
  if (translation.isGuess && request['to'] === translation.request['to'])
    console.error(
      `${name}: the digits of ${request['to']} have neither "+" nor 0 in front, so they were read with their country code. If they are a national number, add --country`,
    );
  console.log(JSON.stringify(request, null, 2));
  if (!known) console.error(neededRoute(translation, settings));
}

const NEW_ROUTE = 'call-file';

async function read(name: string): Promise<{ text: string; at: Date | undefined }> {
  try {
    const [text, { mtime }] = await Promise.all([readFile(name, 'utf8'), stat(name)]);
    return { text, at: mtime.getTime() > Date.now() ? mtime : undefined };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return command.error(`${name} cannot be read (${code}). Check the path.`);
  }
}

function neededRoute({ route, needsLine }: Translation, settings: string | undefined): string {
  const parameters = {
    [`routes/${NEW_ROUTE}`]: { ...route, ...(needsLine && { line: NEW_ROUTE }) },
    ...(needsLine && { [`lines/${NEW_ROUTE}`]: { capacity: 10, oneOpenPerNumber: false } }),
  };
  const why =
    settings === undefined
      ? 'The request needs'
      : `No route in ${settings} places this call. The request needs`;
  return `${why} these settings:\n${JSON.stringify(parameters, null, 2)}`;
}

function refuse(name: string, remarks: readonly Remark[]): never {
  const lines = remarks.map((each) => `- ${placeOf(name, each)}: ${each.why}`);
  return command.error(`A callback request cannot express this file:\n${lines.join('\n')}`);
}

const placeOf = (name: string, { line, keyword }: Pick<Remark, 'line' | 'keyword'>): string =>
  `${line > 0 ? `${name}:${line}` : name} ${keyword}`;

function parseCountry(text: string): string {
  const code = text.toUpperCase();
  if (isSupportedCountry(code)) return code;
  throw new InvalidArgumentError('Use the two letters of a country in ISO 3166, such as DE.');
}
