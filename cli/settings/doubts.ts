import type { Settings } from '../../lib/settings/settings.ts';
import type { Doubt } from './doubt.ts';
import { nationalForms } from './national-forms.ts';
import { plainHttp } from './plain-http.ts';
import { sharedCodes } from './shared-codes.ts';
import { shortSecrets } from './short-secrets.ts';

/** Returns all warnings about settings that are valid. */
export const doubtsOf = (settings: Settings): Doubt[] => [
  ...shortSecrets(settings),
  ...sharedCodes(settings),
  ...nationalForms(settings),
  ...plainHttp(settings),
];
