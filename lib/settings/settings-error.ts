export type SettingsErrorCode = 'SETTINGS_INVALID' | 'SETTINGS_DENIED' | 'SETTINGS_UNREACHABLE';

/** One mistake in the settings. The tools add the command that corrects it. */
export interface SettingsProblem {
  /** The name without the path, such as `routes/default`. Empty if there are no settings at all. */
  name: string;
  /** A sentence that begins with the whole name and says what the parameter must be. */
  message: string;
  kind: 'missing' | 'invalid' | 'not-json';
}

/** Settings that are invalid or cannot be read. Never contains a secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code: SettingsErrorCode;
  readonly problems: readonly SettingsProblem[];

  constructor(
    code: SettingsErrorCode,
    message: string,
    options: { problems?: readonly SettingsProblem[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.problems = options.problems ?? [];
  }
}

/** One error with all problems, so that the owner corrects them together and not one deploy at a time. */
export function invalidSettings(problems: readonly SettingsProblem[]): SettingsError {
  const messages = problems.map((problem) => problem.message);
  if (messages.length !== 1) messages.unshift(`${messages.length} problems in the settings:`);
  return new SettingsError('SETTINGS_INVALID', messages.join('\n- '), { problems });
}
