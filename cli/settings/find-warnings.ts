import type { Settings } from '../../lib/settings/settings.ts';
import { lineWarnings } from './line-warnings.ts';
import { nationalForms } from './national-forms.ts';
import { plainHttp } from './plain-http.ts';
import type { SettingsWarning } from './settings-warning.ts';
import { sharedCodes } from './shared-codes.ts';
import { shortSecrets } from './short-secrets.ts';
import { timeWarnings } from './time-warnings.ts';
import { unlimitedCallers } from './unlimited-callers.ts';

/** Returns the warnings about single parameters. Other parameters may be invalid. */
export const parameterWarnings = (settings: Settings): SettingsWarning[] => [
  ...shortSecrets(settings),
  ...sharedCodes(settings),
  ...nationalForms(settings),
  ...plainHttp(settings),
];

/** Returns all warnings about settings that are valid. */
export const findWarnings = (settings: Settings): SettingsWarning[] => [
  ...parameterWarnings(settings),
  ...lineWarnings(settings),
  ...timeWarnings(settings),
  ...unlimitedCallers(settings),
];
