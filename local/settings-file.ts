import { readFile } from 'node:fs/promises';
import { SettingsError } from '../lib/settings/errors.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import type { Settings } from '../lib/settings/schema.ts';
import type { ParameterStore } from './parameter-store.ts';

export interface SettingsFile {
  /** As written: parameters by their names without the path. */
  flat: Record<string, unknown>;
  settings: Settings;
}

/** Reads and checks a settings file. Throws SettingsError with every problem; it quotes nothing of the file. */
export async function readSettingsFile(file: string): Promise<SettingsFile> {
  const flat = parseFile(await readText(file), file);
  return { flat, settings: parseSettings(flat) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why = code === 'ENOENT' ? 'There is no such file' : `It cannot be read (${String(code ?? error)})`;
    throw new SettingsError('SETTINGS_UNREACHABLE', `${why}: check the path given to --settings`);
  }
}

function parseFile(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // V8's message quotes the text around the mistake, which may be a secret: only the place is taken from it.
    const place = /\(line (\d+) column (\d+)\)/.exec(error instanceof Error ? error.message : '');
    const where = place ? `${file}:${place[1]}:${place[2]}` : file;
    throw new SettingsError('SETTINGS_INVALID', `${where} is not valid JSON: ${SHAPE}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new SettingsError('SETTINGS_INVALID', `${file} holds no object: ${SHAPE}`);
}

const SHAPE =
  'it must be one object such as {"pbx/main/url": "https://pbx.example.com:8089", "routes/default": {…}}';

/** Every problem on a line of its own. */
export const problemLines = ({ message, problems }: SettingsError): string =>
  problems.length > 1 ? problems.map((problem) => `- ${problem.message}`).join('\n') : message;

/**
 * What brings the file's changes into the store: to be called before each request. While there are mistakes in the
 * file, the last good settings stay, as they do on AWS.
 */
export function followSettingsFile(
  file: string,
  store: Pick<ParameterStore, 'put' | 'delete'>,
  read: Record<string, unknown>,
): () => Promise<void> {
  let stored = read;
  let told = '';
  const tell = (news: string) => {
    if (news !== '' && news !== told) console.error(news);
    told = news;
  };
  return async () => {
    try {
      const { flat } = await readSettingsFile(file);
      const names = new Set([...Object.keys(stored), ...Object.keys(flat)]);
      const changed = [...names].filter((name) => !same(stored[name], flat[name]));
      for (const name of changed) {
        if (Object.hasOwn(flat, name)) store.put(name, flat[name]);
        else store.delete(name);
      }
      stored = flat;
      tell(changed.length > 0 ? `${file} has changed: ${changed.join(', ')}` : '');
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      tell(`${file} cannot be used, the settings before go on serving:\n${problemLines(error)}`);
    }
  };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
