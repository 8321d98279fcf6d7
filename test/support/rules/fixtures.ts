import { CallbackError } from '../../../lib/problems/callback-error.ts';
import { dialledNumber } from '../../../lib/rules/numbers/check-number.ts';
import { applyRules, type Plan, type RuleRequest } from '../../../lib/rules/plan-call.ts';
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

/** A Russian route whose PBX dials 8 before the area code. */
export const russian = { country: 'RU', allow: ['+7'], deny: ['+7940'], dialAs: '8{national}' };

/** A route that allows every country: what it refuses is refused for what it is. */
export const anywhere = (country: string) => ({
  country,
  allow: ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => `+${digit}`),
});

export const dials = (text: string, rules: Partial<RouteSettings['to']>): string =>
  dialledNumber(text, to(rules)).to;

export const numberRefusal = (text: string, rules: Partial<RouteSettings['to']>) =>
  refusal(() => dialledNumber(text, to(rules)));

/** The code of the refusal, or `allowed`. */
export const numberCode = (text: string, rules: Partial<RouteSettings['to']>): string =>
  numberRefusal(text, rules).code;

/** The code, the message and the field of the refusal; the code is `allowed` if nothing is refused. */
export function refusal(judge: () => unknown): {
  code: string;
  message: string;
  field: string | undefined;
  hint: string | undefined;
} {
  try {
    judge();
  } catch (error) {
    if (error instanceof CallbackError) {
      const { code, message, errors, hint } = error;
      return { code, message, field: errors?.[0]?.field, hint };
    }
    throw error;
  }
  return { code: 'allowed', message: '', field: undefined, hint: undefined };
}
