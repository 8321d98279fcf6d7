import { CallbackError } from '../../../lib/calls/callback-error.ts';
import { applyRules, type Plan, type RuleRequest } from '../../../lib/rules/apply-rules.ts';
import type { RouteSettings } from '../../../lib/settings/settings.ts';

const NOON = new Date('2026-11-23T12:00:00Z');

export const to = (rules: Partial<RouteSettings['to']> = {}): RouteSettings['to'] => ({
  allow: [],
  deny: [],
  premium: false,
  dialAs: '{e164}',
  ...rules,
});

export const route = (parts: Partial<RouteSettings> = {}): RouteSettings => ({
  pbx: ['main'],
  first: 'agent',
  second: 'dial',
  dtmf: 'play',
  channel: 'PJSIP/{agent}',
  context: 'OUT_EXT2',
  exten: '{to}',
  priority: '1',
  agents: '^[0-9]{2,6}$',
  to: to({ country: 'RU', allow: ['+7'], dialAs: '8{national}' }),
  callerIds: [],
  timeoutSeconds: 30,
  variables: [],
  ...parts,
});

export const plan = (
  request: Partial<RuleRequest> = {},
  parts: Partial<RouteSettings> = {},
  now: Date = NOON,
): Plan => applyRules({ to: '84951234567', agent: '3200', ...request }, route(parts), 'default', now);

/** The code and the message of what `judge` refuses, or what it returns. */
export function refusal(judge: () => unknown): { code: string; message: string; field: string | undefined } {
  try {
    judge();
  } catch (error) {
    if (error instanceof CallbackError) {
      return { code: error.code, message: error.message, field: error.errors?.[0]?.field };
    }
    throw error;
  }
  return { code: 'allowed', message: '', field: undefined };
}
