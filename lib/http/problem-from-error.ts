import { CallbackError } from '../calls/errors.ts';
import { IdempotencyError } from '../calls/idempotency.ts';
import { RuleError } from '../rules/errors.ts';
import { SettingsError } from '../settings/settings-error.ts';
import { ProblemError } from './problem.ts';

/**
 * Any failure as the problem its caller is told of. What we did not foresee says nothing of itself, and addresses and
 * values of the owner's are for the log: the message of `cause` goes there.
 */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof RuleError) {
    const errors = error.field ? [{ field: error.field, message: error.message }] : undefined;
    return new ProblemError(error.code, error.message, { errors, cause: error });
  }
  if (error instanceof IdempotencyError) {
    return new ProblemError(error.code, error.message, { cause: error });
  }
  if (error instanceof CallbackError) {
    const { code, asteriskMessage, callback } = error;
    const detail = code === 'pbx-unreachable' ? UNREACHABLE : error.message;
    return new ProblemError(code, detail, { asteriskMessage, callback, cause: error });
  }
  if (error instanceof SettingsError) {
    const code = error.code === 'SETTINGS_UNREACHABLE' ? 'settings-unreachable' : 'settings-invalid';
    return new ProblemError(code, settingsDetail(error), { cause: error });
  }
  return new ProblemError('internal-error', LOGGED, { cause: error });
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
const UNREACHABLE =
  'No PBX of the route could be reached, and nothing was sent: send it again later. Why was logged under the request id';
