import { CallbackError } from '../calls/callback-error.ts';
import { SettingsError } from '../settings/settings-error.ts';

/**
 * Any failure as the problem its caller is told of. What we did not foresee says nothing of itself, and addresses and
 * values of the owner's are for the log: the message of `cause` goes there.
 */
export function asProblem(error: unknown): CallbackError {
  if (error instanceof CallbackError) return error;
  if (error instanceof SettingsError) {
    const code = error.code === 'SETTINGS_UNREACHABLE' ? 'settings-unreachable' : 'settings-invalid';
    return new CallbackError(code, settingsDetail(error), { cause: error });
  }
  return new CallbackError('internal-error', LOGGED, { cause: error });
}

/** Names the parameters, for whoever looks after them; not where they lie, and nothing of what stands in them. */
function settingsDetail({ problems }: SettingsError): string {
  const named = new Set(problems.map(({ parameter }) => parameter.replace(PATH, '')));
  // What stands below no known group, or the path itself, is left to the log.
  named.delete('');
  const [first, ...others] = named;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const where = first === undefined ? '' : `Look at ${first}${more}. `;
  return `${where}${LOGGED}; npm run doctor says it too`;
}

/** What stands before the names that the settings themselves have. */
const PATH = /^\/.*?(?=(?:pbx|routes|keys|webhooks)\/|$)/;

const LOGGED = 'What is wrong was logged under the request id';
