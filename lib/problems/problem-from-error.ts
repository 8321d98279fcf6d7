import { groupNames, singleNames } from '../settings/settings.ts';
import { SettingsError } from '../settings/settings-error.ts';
import { CallbackError } from './callback-error.ts';

/**
 * Converts any error to the problem that the caller receives. Its `cause` is for the log: it has the message of an unexpected
 * error, or the paths and values of the settings.
 */
export function asProblem(error: unknown): CallbackError {
  if (error instanceof CallbackError) return error;
  if (error instanceof SettingsError) {
    const code = error.code === 'SETTINGS_UNREACHABLE' ? 'settings-unreachable' : 'settings-invalid';
    return new CallbackError(code, settingsDetail(error), { cause: error });
  }
  return new CallbackError('internal-error', LOGGED, { cause: error });
}

/** Names the wrong parameters. Their path and values go only to the log. */
function settingsDetail({ problems }: SettingsError): string {
  // A name outside the known groups can be any text, so it goes only to the log.
  const names = problems.map(({ name }) => name).filter(isKnownName);
  const [first, ...others] = new Set(names);
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return first === undefined ? LOGGED : `Look at ${first}${more}. ${LOGGED}`;
}

const isKnownName = (name: string): boolean =>
  ['pbx', ...groupNames].some((group) => name.startsWith(`${group}/`)) ||
  singleNames.some((single) => single === name);

const LOGGED = 'The reason is in the log under the request id';
