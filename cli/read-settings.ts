import type { Command } from 'commander';
import type { Settings } from '../lib/settings/settings.ts';
import { SettingsError } from '../lib/settings/settings-error.ts';
import { SIMULATOR_ELSEWHERE } from '../local/default-settings.ts';
import { problemLines, readSettingsFile } from '../local/settings-file.ts';

/** Returns the settings of a file, with a simulated PBX if the file has none. Ends the command if the file has problems. */
export async function readSettings(command: Command, file: string): Promise<Settings> {
  const read = readSettingsFile(file, async () => SIMULATOR_ELSEWHERE);
  return (await read.catch(endWithProblems(command, file))).settings;
}

/** Returns a handler that ends the command with the problems of a settings file. It throws every other error again. */
export const endWithProblems =
  (command: Command, file: string | undefined) =>
  (error: unknown): never => {
    if (!(error instanceof SettingsError)) throw error;
    if (file === undefined) return command.error(error.message);
    return command.error(`${file} cannot be used:\n${problemLines(error)}`);
  };
