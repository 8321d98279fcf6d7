import { randomUUID } from 'node:crypto';
import { settle } from '../asterisk/await-outcome.ts';
import { originateOf } from '../asterisk/build-originate.ts';
import type { Occasion } from '../asterisk/repeat.ts';
import { rotated } from '../asterisk/rotated-secret.ts';
import { type Ordered, type OrderOptions, order } from '../asterisk/send-originate.ts';
import type { WarmSessions } from '../asterisk/session-pool.ts';
import { applyRules } from '../rules/apply-rules.ts';
import type { ClassicTarget } from '../rules/classic.ts';
import type { PbxSettings, Settings } from '../settings/settings.ts';
import type { SettingsSource } from '../settings/settings-cache.ts';
import { printable } from '../shared/printable.ts';
import type { Callback } from './callback.ts';
import { CallbackError } from './callback-error.ts';
import type { CallbackRequest } from './callback-request.ts';
import { pbxError } from './errors.ts';
import { newCallback } from './new-callback.ts';

/** What placing a call needs besides the request. */
export interface Switchboard {
  settings: SettingsSource;
  sessions: WarmSessions;
}

export interface PlaceOptions {
  /** The call's id, see id.ts. */
  id: string;
  /** When an answer must be there, as `Date.now()` tells time. */
  until: number;
  /** What a classic URL asked for besides. */
  classic?: ClassicTarget | undefined;
  /** Left out for a fresh id, which nobody can have used before. */
  occasion?: Occasion | undefined;
  /** Called with what a step took, for the log. */
  took?: (stage: 'settings' | 'login' | 'originate', ms: number) => void;
}

/**
 * Places one call: the route's rules, then its PBXes in order while nothing was sent.
 *
 * @throws CallbackError when the rules refuse it, CallbackError when it could not be placed, SettingsError.
 */
export async function place(
  switchboard: Switchboard,
  request: CallbackRequest,
  { id, until, classic, occasion, took = () => undefined }: PlaceOptions,
): Promise<Callback> {
  const started = performance.now();
  const settings = await switchboard.settings.get();
  took('settings', performance.now() - started);
  const route = settings.routes[request.route];
  if (!route) {
    throw new CallbackError('route-unknown', `The settings have no routes/${printable(request.route)}`);
  }
  const plan = applyRules({ ...request, classic }, route, request.route, new Date());

  const digits = route.dtmf === 'play' ? request.dtmf : undefined;
  const mark = randomUUID();
  const originate = originateOf(plan, {
    ...{ id, order: mark, request: occasion?.request },
    ...{ route: plan.route, agent: plan.agent, to: plan.e164 ?? plan.to, first: plan.first },
    ...(request.dtmf && { dtmf: request.dtmf }),
  });
  const options: OrderOptions = {
    sessions: switchboard.sessions,
    follow: request.wait !== 'accepted' || digits !== undefined || occasion !== undefined,
    needs: digits && 'PlayDTMF',
    signal: AbortSignal.timeout(Math.max(0, until - Date.now())),
    took,
  };
  let failure: CallbackError | undefined;
  for (const pbx of route.pbx) {
    const ordered = await withFreshSecret(switchboard.settings, settings, pbx, (known) =>
      order(known, originate, options),
    );
    if (ordered.got === 'not-sent') {
      failure = pbxError(ordered.error, pbx);
      continue;
    }
    if (ordered.got === 'refused') throw pbxError(ordered.error, pbx);
    try {
      return await settle(ordered, newCallback(plan, request, { id, pbx }), {
        wait: request.wait,
        until: Math.min(until, Date.now() + request.waitSeconds * 1000),
        deadline: until,
        dialplanAnswers: route.second === 'dialplan',
        digits,
        order: mark,
        occasion,
      });
    } finally {
      await leave(ordered, switchboard.sessions, options);
    }
  }
  throw failure ?? new CallbackError('pbx-unreachable', 'The route names no PBX');
}

/** Keeps the session warm for the next order, unless it was followed, or an answer was lost on it. */
async function leave(
  ordered: Extract<Ordered, { session: unknown }>,
  sessions: WarmSessions,
  { follow }: OrderOptions,
): Promise<void> {
  if (ordered.got === 'no-answer') ordered.session.disconnect();
  else if (follow) await ordered.session.logoff();
  else await sessions.giveBack(ordered.pbx, ordered.session);
}

async function withFreshSecret(
  source: SettingsSource,
  settings: Settings,
  name: string,
  attempt: (pbx: PbxSettings) => Promise<Ordered>,
): Promise<Ordered> {
  const known = pbxOf(settings, name);
  const ordered = await attempt(known);
  if (ordered.got !== 'not-sent' || ordered.error.code !== 'AJAM_AUTHENTICATION') return ordered;
  const fresh = await rotated(source, name, known);
  return fresh ? await attempt(fresh) : ordered;
}

const pbxOf = (settings: Settings, name: string): PbxSettings => {
  const pbx = settings.pbx[name];
  if (pbx) return pbx;
  throw new CallbackError('pbx-unreachable', `The settings no longer hold the PBX ${name}`);
};
