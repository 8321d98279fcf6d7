import { parseSettings } from '../../../lib/settings/parse-settings.ts';
import { SettingsError } from '../../../lib/settings/settings-error.ts';
import { webhookMistakes } from '../../../lib/webhooks/webhook.ts';

export const PATH = '/asterisk-callback/dev';

/** The smallest settings that work, with a key. */
export const MINIMAL: Readonly<Record<string, unknown>> = {
  'pbx/main/url': 'https://pbx.example.com:8089',
  'pbx/main/username': 'callback',
  'pbx/main/secret': 'ami-secret-of-main',
  'routes/default': { channel: 'PJSIP/{agent}', context: 'from-internal', to: { allow: ['+7'] } },
  'keys/web': { secret: 'web-secret-0123456789' },
};

type Values = Readonly<Record<string, unknown>>;

/** What JSON would hold of it: a change to undefined leaves a field out. */
const present = (values: Values): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** MINIMAL with some parameters put (or, as undefined, left out). */
export const settingsWith = (changes: Values): Record<string, unknown> => present({ ...MINIMAL, ...changes });

export const routeWith = (changes: Values): Record<string, unknown> =>
  present({ ...(MINIMAL['routes/default'] as object), ...changes });

export const pbxOf = (flat: Values, name = 'main') => parseSettings(flat).pbx[name];
export const routeOf = (flat: Values, name = 'default') => parseSettings(flat).routes[name];

/** The error that these settings must lead to; without a path, as settings of a file. */
export function refusal(flat: Values, path: string | null = PATH): SettingsError {
  try {
    parseSettings(flat, path === null ? { webhookMistakes } : { path, webhookMistakes });
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error('These settings were accepted.');
}
