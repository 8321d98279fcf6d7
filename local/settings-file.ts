import { readFile } from 'node:fs/promises';
import { findJsonMistake, type TextPosition } from '../cli/json-mistake.ts';
import { suggestFileFix } from '../cli/settings/suggest-fix.ts';
import { examineSettings } from '../lib/settings/parse-settings.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { invalidSettings, SettingsError, type SettingsProblem } from '../lib/settings/settings-error.ts';
import { webhookMistakes } from '../lib/webhooks/webhook.ts';
import type { ParameterStoreStandIn } from './parameter-store.ts';

export interface SettingsFile {
  /** The parameters of the file, unchanged, by their names without the path. */
  flat: Record<string, unknown>;
  settings: Settings;
}

type SimulatedPbx = () => Promise<Readonly<Record<string, unknown>>>;

/**
 * Reads and checks a settings file.
 *
 * @param pbx Returns the parameters of a PBX for a file without a PBX.
 * @throws SettingsError with every problem. It contains no text of the file.
 */
export async function readSettingsFile(file: string, pbx?: SimulatedPbx): Promise<SettingsFile> {
  const { problems, ...read } = await examineSettingsFile(file, pbx);
  if (problems.length > 0) throw invalidSettings(problems);
  return read;
}

/**
 * Returns the problems of a settings file, and its settings without the parameters that have the wrong form.
 *
 * @throws SettingsError if the file cannot be read, is not JSON or is empty.
 */
export async function examineSettingsFile(
  file: string,
  pbx: SimulatedPbx = async () => ({}),
): Promise<SettingsFile & { problems: SettingsProblem[] }> {
  const written = parseFile(await readText(file), file);
  const hasPbx = Object.keys(written).some((name) => name.startsWith('pbx/'));
  const isEmpty = Object.keys(written).length === 0;
  const flat = hasPbx || isEmpty ? written : { ...(await pbx()), ...written };
  const { settings, problems } = examineSettings(flat, { webhookMistakes });
  return { flat, settings, problems: problems.map((problem) => inFile(problem, flat)) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why =
      code === 'ENOENT' ? 'There is no such file' : `The file cannot be read (${String(code ?? error)})`;
    throw new SettingsError('SETTINGS_UNREACHABLE', `${why}. Check the path`);
  }
}

function parseFile(text: string, file: string): Record<string, unknown> {
  const json = text.replace(/^\uFEFF/, '');
  if (json.trim() === '') throw new SettingsError('SETTINGS_INVALID', `${file} is empty. ${SHAPE}`);
  const mistake = findJsonMistake(json);
  if (mistake)
    throw new SettingsError(
      'SETTINGS_INVALID',
      `${file}:${mistake.line}:${mistake.column} ${isCutText(json, mistake) ? CUT_TEXT : NO_JSON}`,
    );
  const value: unknown = JSON.parse(json);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new SettingsError('SETTINGS_INVALID', `${file} does not contain a JSON object. ${SHAPE}`);
}

const NO_JSON =
  'is not valid JSON. Write names and texts in double quotes. Write no comments, and no comma after the last item';

const CUT_TEXT =
  'is not valid JSON: a text does not end on its line. End the text with a double quote. Write a line break inside a text, for example in a certificate, as \\n';

/** Returns whether a text begins at the position and does not end on its line. */
const isCutText = (json: string, { line, column }: TextPosition): boolean =>
  /^"(?:[^"\\]|\\.)*$/.test(json.split('\n')[line - 1]?.slice(column - 1) ?? '');

const SHAPE =
  'Write one object such as {"pbx/main/url": "https://pbx.example.com:8089", "routes/default": {…}}';

/** Adds the position of a mistake inside a parameter that has its JSON as text, as in Parameter Store. */
function inFile(problem: SettingsProblem, flat: Readonly<Record<string, unknown>>): SettingsProblem {
  const { name, kind } = problem;
  const written = flat[name];
  const mistake = kind === 'not-json' && typeof written === 'string' && findJsonMistake(written);
  return mistake ? { ...problem, message: `${name} ${noJsonInside(mistake)}` } : problem;
}

const noJsonInside = ({ line, column }: TextPosition): string =>
  `is not valid JSON at line ${line}, column ${column} of its text. Write one object with quoted names, such as {"name": "value"}. In a file, the object needs no quotes around it`;

/** Returns a line for each problem: the problem, then how to correct the file. */
export function problemLines({ message, problems }: SettingsError): string {
  return problems.length === 0 ? message : listed(problems.map(problemLine));
}

/** Returns a problem, then how to correct the file. */
export const problemLine = (problem: SettingsProblem): string =>
  [problem.message, suggestFileFix(problem)].filter(Boolean).join('; ');

/** Returns the lines, as a list if there are several. */
export const listed = (lines: readonly string[]): string =>
  lines.length > 1 ? lines.map((line) => `- ${line}`).join('\n') : lines.join('');

/**
 * Returns a function that copies changes of the file to the store. Call the function before each request. While the file has
 * mistakes, the store keeps the last valid settings.
 */
export function followSettingsFile(
  file: string,
  store: Pick<ParameterStoreStandIn, 'put' | 'delete'>,
  read: Record<string, unknown>,
  pbx: () => Promise<Readonly<Record<string, unknown>>>,
): () => Promise<void> {
  let stored = read;
  let last = '';
  const report = (news: string) => {
    if (news !== '' && news !== last) console.error(news);
    last = news;
  };
  return async () => {
    try {
      const { flat } = await readSettingsFile(file, pbx);
      const names = new Set([...Object.keys(stored), ...Object.keys(flat)]);
      const changed = [...names].filter((name) => !same(stored[name], flat[name]));
      for (const name of changed) {
        if (Object.hasOwn(flat, name)) store.put(name, flat[name]);
        else store.delete(name);
      }
      stored = flat;
      report(changed.length > 0 ? `${file} has changed: ${changed.join(', ')}` : '');
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      report(`${file} cannot be used, so the previous settings stay in use:\n${problemLines(error)}`);
    }
  };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
