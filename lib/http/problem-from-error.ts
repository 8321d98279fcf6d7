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

/** Names the parameters for their owner. Their path and values go to the log only. */
function settingsDetail({ problems }: SettingsError): string {
  // A name outside the known groups can be anything, and is left to the log.
  const names = problems.map(({ name }) => name).filter((name) => /^(pbx|routes|keys|webhooks)\//.test(name));
  const [first, ...others] = new Set(names);
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return first === undefined ? LOGGED : `Look at ${first}${more}. ${LOGGED}`;
}

const LOGGED = 'What is wrong was logged under the request id';
