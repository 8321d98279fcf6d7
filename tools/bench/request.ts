import type { Action } from '../../lib/ajam/index.ts';
import { buildOriginate } from '../../lib/asterisk/build-originate.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { applyRules } from '../../lib/rules/plan-call.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import type { AmiUser } from '../../test/support/asterisk/types.ts';

export const KEY_ID = 'bench';
export const KEY = 'bench-secret-0123456789';

/** The phones of this request hang up at once, so that calls do not accumulate. */
export const REQUEST = { to: '84951234504', agent: '3204' };

const ROUTE = {
  channel: 'Local/{agent}@phones',
  context: 'local',
  to: { country: 'RU', allow: ['+7'], dialAs: '8{national}' },
  classic: { c: ['local'], p: ['1'] },
};

export const settingsFor = (httpUrl: string, user: AmiUser) => ({
  'pbx/main/url': httpUrl,
  'pbx/main/username': user.username,
  'pbx/main/secret': user.secret,
  'routes/default': ROUTE,
  [`keys/${KEY_ID}`]: { secret: KEY, inUrl: true },
  [`webhooks/${KEY_ID}`]: { source: 'bitrix24', secret: KEY, agents: { '*': REQUEST.agent } },
});

const { routes } = parseSettings(settingsFor('http://127.0.0.1', { username: 'u', secret: 's' }));
const plan = routes['default'] && applyRules(REQUEST, routes['default'], 'default', new Date());

/** Returns the Originate that the function sends for `REQUEST`. So each contender gives Asterisk the same work. */
export function newOriginate(): Action {
  if (!plan) throw new Error('The settings have no routes/default');
  return buildOriginate(plan, { id: newCallbackId() });
}
