import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { CallbackError } from '../../lib/problems/callback-error.ts';
import { applyRules } from '../../lib/rules/plan-call.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { SettingsError } from '../../lib/settings/settings-error.ts';
import { isSameCall } from './find-route.ts';
import type { CallFile } from './read-call-file.ts';
import type { Translation } from './translate.ts';

const PBX = {
  'pbx/main/url': 'https://pbx.example.com:8089',
  'pbx/main/username': 'callback',
  'pbx/main/secret': 'not-a-secret',
};

/** Returns why the rules refuse the translated request, such as a premium number. Undefined if they accept it. */
export function refusalOf(file: CallFile, { request, route }: Translation): string | undefined {
  const parsed = parseCallbackRequest({ ...request, at: undefined, route: 'call-file' });
  if (!parsed.ok) return parsed.errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  try {
    const { retry: _, ...placing } = route;
    const found = parseSettings({ ...PBX, 'routes/call-file': placing }).routes['call-file'];
    const plan = found && applyRules(parsed.request, found, 'call-file', new Date());
    return plan && isSameCall(plan, file) ? undefined : 'no route can produce this channel and extension';
  } catch (error) {
    if (error instanceof CallbackError || error instanceof SettingsError) return error.message;
    throw error;
  }
}
