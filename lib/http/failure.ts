import { CallbackError } from '../callback/errors.ts';
import { RuleError } from '../callback/rules/errors.ts';
import { SettingsError } from '../settings/errors.ts';
import { ProblemError } from './problem.ts';

/** Any failure as the problem its caller is told of. What we did not foresee says nothing of itself. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof RuleError) {
    const errors = error.field ? [{ field: error.field, message: error.message }] : undefined;
    return new ProblemError(error.code, error.message, { errors, cause: error });
  }
  if (error instanceof CallbackError) {
    const { asteriskMessage, callback } = error;
    return new ProblemError(error.code, error.message, { asteriskMessage, callback, cause: error });
  }
  if (error instanceof SettingsError) {
    const code = error.code === 'SETTINGS_UNREACHABLE' ? 'settings-unreachable' : 'settings-invalid';
    return new ProblemError(code, error.message, { cause: error });
  }
  return new ProblemError('internal-error', 'It was logged under the request id', { cause: error });
}
