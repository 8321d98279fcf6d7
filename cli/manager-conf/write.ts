import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateFolder } from '../../lib/store/sqlite/make-private-folder.ts';
import { findJsonMistake } from '../json-mistake.ts';
import type { SettingsParameters } from './settings.ts';
import { MADE_BY } from './wanted-configuration.ts';

export const SETTINGS_FILE = 'settings.json';

/** The folder cannot be written, or has a file that manager-conf did not make. */
export class FolderError extends Error {}

/** @throws FolderError */
export function makeFolder(out: string): void {
  try {
    makePrivateFolder(out);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'is not a folder' : `cannot be created (${code})`;
    throw new FolderError(`${out} ${why}. Choose another folder.`);
  }
}

/** Returns the settings of an earlier run. Undefined if there was none. @throws FolderError */
export async function readEarlier(out: string): Promise<SettingsParameters | undefined> {
  const file = join(out, SETTINGS_FILE);
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const value: unknown = findJsonMistake(text) ? undefined : JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'pbx/main/secret' in value) return { ...value };
  throw new FolderError(
    `${file} is not a settings file of manager-conf, so it is not overwritten. Choose another folder.`,
  );
}

/** Writes files that only their owner can read. @throws FolderError if a file exists and manager-conf did not make it. */
export async function writeFiles(out: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const name of Object.keys(files)) {
    const earlier = name === SETTINGS_FILE ? undefined : await readIfThere(join(out, name));
    if (earlier !== undefined && !earlier.startsWith(MADE_BY))
      throw new FolderError(
        `${join(out, name)} was not made by manager-conf, so it is not overwritten. Choose another folder.`,
      );
  }
  for (const [name, text] of Object.entries(files))
    await writeFile(join(out, name), text, { mode: 0o600 }).catch(({ code }: NodeJS.ErrnoException) => {
      throw new FolderError(`${join(out, name)} cannot be written (${code}). Choose another folder.`);
    });
}

export const readIfThere = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new FolderError(`${file} cannot be read (${error.code}). Choose another folder.`);
  });
