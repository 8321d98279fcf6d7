import type { CallbackRequest } from '../../calls/callback-request.ts';
import { checkDoNotCall } from '../../calls/check-do-not-call.ts';
import type { Services } from '../../calls/services.ts';
import { CallbackError } from '../../problems/callback-error.ts';
import type { ClassicTarget } from '../../rules/classic-url.ts';
import { nextOpen } from '../../rules/hours.ts';
import { applyRules, type Plan } from '../../rules/plan-call.ts';
import { printable } from '../../shared/printable.ts';
import type { CallbackRecord } from '../../store/callback-record.ts';
import type { NotAllowed } from '../line-services.ts';

/** The parts of an attempt without its ids. */
export interface AttemptPlan {
  plan: Plan;
  /** The digits of the request, for the dialplan. */
  dtmf?: string | undefined;
  /** The digits to play when both parties have answered. */
  digits?: string | undefined;
  /** Whether the dialplan is the second party. */
  dialplanAnswers: boolean;
}

/**
 * Applies the current rules of the route and the do-not-call list to a stored request with the chosen agent. Does not count
 * limits, because they were counted when the request was accepted.
 */
export async function planAttempt(
  services: Pick<Services, 'settings' | 'store'>,
  { request, callback }: CallbackRecord,
  agent: string,
): Promise<{ allowed: true; plan: AttemptPlan } | NotAllowed> {
  const settings = await services.settings.get();
  const route = settings.routes[callback.route];
  if (!route) {
    const error = new CallbackError(
      'route-unknown',
      `The settings have no routes/${printable(callback.route)}`,
    );
    return { allowed: false, error };
  }
  const now = new Date();
  // The request was checked when it was accepted.
  const asked = request as CallbackRequest & { classic?: ClassicTarget };
  try {
    const plan = applyRules({ ...asked, agent }, route, callback.route, now);
    await checkDoNotCall(services.store, settings, plan.e164 ?? plan.to);
    return {
      allowed: true,
      plan: {
        plan,
        dtmf: asked.dtmf,
        digits: route.dtmf === 'play' ? asked.dtmf : undefined,
        dialplanAnswers: route.second === 'dialplan',
      },
    };
  } catch (error) {
    if (!(error instanceof CallbackError)) throw error;
    const opensAt = error.code === 'outside-hours' ? nextOpen(route.hours, now.getTime()) : undefined;
    return { allowed: false, error, opensAt };
  }
}
