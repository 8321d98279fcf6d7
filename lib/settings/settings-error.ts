export type SettingsErrorCode = 'SETTINGS_INVALID' | 'SETTINGS_DENIED' | 'SETTINGS_UNREACHABLE';

/** One thing that is wrong: the parameter's whole name, and a sentence that names it and says what to do. */
export interface SettingsProblem {
  parameter: string;
  message: string;
}

/** Settings that cannot be used, or cannot be had. Says where to look and what to do; never holds a value of a secret. */
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

/** Every problem in one error, so that settings are put right in one go and not one deploy at a time. */
export function invalidSettings(problems: readonly SettingsProblem[]): SettingsError {
  const [first, ...others] = problems;
  const message =
    first && others.length === 0
      ? first.message
      : [`${problems.length} problems in the settings:`, ...problems.map((problem) => problem.message)].join(
          '\n- ',
        );
  return new SettingsError('SETTINGS_INVALID', message, { problems });
}
