import { randomUUID } from 'node:crypto';
import { awaitOutcome, outcomeUnknown } from '../asterisk/await-outcome.ts';
import { buildOriginate } from '../asterisk/build-originate.ts';
import { rotatedSecret } from '../asterisk/rotated-secret.ts';
import { type OriginateResult, type SentOriginate, sendOriginate } from '../asterisk/send-originate.ts';
import { applyRules, type Plan } from '../rules/apply-rules.ts';
import type { ClassicTarget } from '../rules/classic.ts';
import type { PbxSettings, Settings } from '../settings/settings.ts';
import type { Deadline } from '../shared/deadline.ts';
import { printable } from '../shared/printable.ts';
import { type Timings, timed } from '../shared/stopwatch.ts';
import type { Callback, PlacedCallback } from './callback.ts';
import { CallbackError } from './callback-error.ts';
import type { CallbackRequest } from './callback-request.ts';
import { pbxError } from './pbx-error.ts';
import type { Services } from './services.ts';

export interface PlaceOptions {
  /** See callback-id.ts. */
  id: string;
  deadline: Deadline;
  /** The `c` and `p` of a classic URL. */
  classic?: ClassicTarget | undefined;
  /** A digest of the request, if its id is made from a key and may have been used before. */
  fingerprint?: string | undefined;
  /** Receives the duration of each stage. */
  timings?: Timings;
}

/**
 * Places one callback: applies the route's rules, then tries its PBXes in order until an Originate was sent.
 *
 * @throws CallbackError if the rules refuse it or it could not be placed; SettingsError. From the moment an Originate may
 * have left, only a CallbackError that says so.
 */
export async function placeCallback(
  services: Services,
  request: CallbackRequest,
  { id, deadline, classic, fingerprint, timings = {} }: PlaceOptions,
): Promise<PlacedCallback> {
  const settings = await timed(timings, 'settings', () => services.settings.get());
  const route = settings.routes[request.route];
  if (!route) {
    throw new CallbackError('route-unknown', `The settings have no routes/${printable(request.route)}`);
  }
  const plan = applyRules({ ...request, classic }, route, request.route, new Date());
  const digits = route.dtmf === 'play' ? request.dtmf : undefined;
  const order = randomUUID();
  const originate = buildOriginate(plan, { id, order, request: fingerprint, dtmf: request.dtmf });
  const follow = request.wait !== 'accepted' || digits !== undefined || fingerprint !== undefined;

  let failure: CallbackError | undefined;
  for (const pbx of route.pbx) {
    const result = await withCurrentSecret(services, settings, pbx, (known) =>
      sendOriginate(known, originate, {
        sessions: services.sessions,
        follow,
        needs: digits && 'PlayDTMF',
        deadline,
        timings,
      }),
    );
    if (result.sent) {
      const callback = newCallback(plan, request, { id, pbx });
      return await afterOriginate(callback, () =>
        finish(services, result, follow, () =>
          awaitOutcome(result, callback, {
            wait: request.wait,
            until: deadline.within(request.waitSeconds * 1000),
            deadline,
            dialplanAnswers: route.second === 'dialplan',
            digits,
            order,
            fingerprint,
          }),
        ),
      );
    }
    failure = pbxError(result.error, pbx);
    if (result.refused) throw failure;
  }
  throw failure ?? new CallbackError('pbx-unreachable', 'The route names no PBX');
}

/** Turns any error after an Originate may have left into one that says so, with the callback. */
export async function afterOriginate<T>(callback: Callback, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof CallbackError ? error : outcomeUnknown(callback, error);
  }
}

/** Keeps the session for the next request, unless it was followed or a reply was lost on it. */
async function finish<T>(
  { sessions }: Services,
  { session, pbx, reply }: SentOriginate,
  follow: boolean,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } finally {
    if (!reply) session.disconnect();
    else if (follow) await session.logoff();
    else sessions.giveBack(pbx, session);
  }
}

/** Tries once more with the settings as they are now if Asterisk refuses the login. */
async function withCurrentSecret(
  services: Services,
  settings: Settings,
  name: string,
  attempt: (pbx: PbxSettings) => Promise<OriginateResult>,
): Promise<OriginateResult> {
  const known = settings.pbx[name];
  if (!known) throw new CallbackError('pbx-unreachable', `The settings no longer hold the PBX ${name}`);
  const result = await attempt(known);
  if (result.sent || result.error.code !== 'AJAM_AUTHENTICATION') return result;
  const fresh = await rotatedSecret(services.settings, name, known);
  return fresh ? await attempt(fresh) : result;
}

/** Returns the callback before anything is known of its call. */
function newCallback(plan: Plan, { metadata }: CallbackRequest, at: { id: string; pbx: string }): Callback {
  const second = plan.first === 'agent' ? 'customer' : 'agent';
  return {
    ...at,
    status: 'queued',
    route: plan.route,
    agent: plan.agent,
    to: plan.e164 ?? plan.to,
    legs: { first: { party: plan.first, status: 'waiting' }, second: { party: second, status: 'waiting' } },
    asterisk: { actionId: at.id },
    metadata,
  };
}
