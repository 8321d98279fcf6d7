import { awaitOutcome } from '../asterisk/await-outcome.ts';
import { buildOriginate } from '../asterisk/build-originate.ts';
import { rotatedSecret } from '../asterisk/retry-refused-login.ts';
import { type OriginateResult, type SentOriginate, sendOriginate } from '../asterisk/send-originate.ts';
import { CallbackError } from '../problems/callback-error.ts';
import { pbxError } from '../problems/pbx-error.ts';
import type { ClassicTarget } from '../rules/classic-url.ts';
import { applyRules } from '../rules/plan-call.ts';
import type { PbxSettings, Settings } from '../settings/settings.ts';
import type { Deadline } from '../shared/deadline.ts';
import { printable } from '../shared/printable.ts';
import { type Timings, timed } from '../shared/stopwatch.ts';
import { AttemptRecorder } from './attempt-recorder.ts';
import type { CallbackView } from './callback.ts';
import type { CallbackRequest } from './callback-request.ts';
import { ChecksBeforeCall } from './checks-before-call.ts';
import { newRecord } from './new-record.ts';
import { recordOutcome, recordRefusal } from './record-outcome.ts';
import type { KeyHold } from './repeats/key-hold.ts';
import type { Services } from './services.ts';
import { refuseTimeFields } from './when-due.ts';

export interface PlaceOptions {
  /** From newCallbackId. */
  id: string;
  /** The sender of the request, such as `keys/web`. */
  principal: string;
  deadline: Deadline;
  /** The `c` (context) and `p` (priority) of an old `callback.php` URL. */
  classic?: ClassicTarget | undefined;
  /** The idempotency keys of the request, if it has any. Then the Originate is sent only after they are taken. */
  hold?: KeyHold | undefined;
  /** Receives the duration of each stage. */
  timings?: Timings;
}

/**
 * Applies the rules of the route, then tries its PBXs in order until an Originate was sent.
 *
 * @throws CallbackError, SettingsError, KeyHeld if no Originate was sent. Otherwise only CallbackError, with the callback.
 */
export async function placeCallback(
  services: Services,
  request: CallbackRequest,
  { id, principal, deadline, classic, hold, timings = {} }: PlaceOptions,
): Promise<CallbackView> {
  const createdAt = Date.now();
  const settings = await timed(timings, 'settings', () => services.settings.get());
  const route = settings.routes[request.route];
  if (!route) {
    throw new CallbackError('route-unknown', `The settings have no routes/${printable(request.route)}`);
  }
  refuseTimeFields(request);
  const plan = applyRules({ ...request, classic }, route, request.route, new Date());
  const digits = route.dtmf === 'play' ? request.dtmf : undefined;
  const originate = buildOriginate(plan, { id, dtmf: request.dtmf });
  const follow = request.wait !== 'accepted' || digits !== undefined;
  const record = newRecord(plan, { id, request, classic, principal, createdAt });
  const { store } = services;
  const { number } = record;
  const counted = { principal, route: request.route, number, agent: plan.agent, now: createdAt };
  const checks = new ChecksBeforeCall({ store, settings, hold, ...counted });
  const required = checks.needsRecord;
  const recorder = new AttemptRecorder({ store, record, agent: plan.agent, required });

  /** Removes the record and the counts of a request that sends nothing. */
  const undo = () => Promise.all([recorder.withdraw(), checks.giveBackCounts()]);

  const send = (pbx: string) =>
    attemptWithCurrentSecret(services, settings, pbx, async (known) => {
      // With a kept session there is no login to wait for, so all checks run together with the claim.
      if (follow || !services.sessions.hasWarm(known)) await checks.passFirst();
      return await sendOriginate(known, originate, {
        sessions: services.sessions,
        follow,
        needs: digits && 'PlayDTMF',
        beforeSending: () => claimAttempt(recorder, pbx, checks, timings),
        deadline,
        timings,
      });
    });

  let failure = new CallbackError('pbx-unreachable', 'The route names no PBX');
  for (const pbx of route.pbx) {
    const result = await send(pbx).catch(async (error) => {
      await undo();
      throw error;
    });
    if (result.sent) {
      const callback = { ...record.callback, pbx };
      const until = () => deadline.within(request.waitSeconds * 1000);
      return await recordOutcome(recorder, callback, follow && result.reply ? until : undefined, () =>
        finish(services, result, follow, () =>
          awaitOutcome(result, callback, {
            wait: request.wait,
            until: until(),
            deadline,
            dialplanAnswers: route.second === 'dialplan',
            digits,
          }),
        ),
      );
    }
    failure = pbxError(result.error, pbx);
    if (result.refused) {
      const [refusal] = await Promise.all([recordRefusal(recorder, failure), checks.giveBackCounts()]);
      throw refusal;
    }
  }
  await undo();
  throw failure;
}

/** Passes the checks and claims the attempt at the same time. Returns until when the Originate may be sent. */
async function claimAttempt(
  recorder: AttemptRecorder,
  pbx: string,
  checks: ChecksBeforeCall,
  timings: Timings,
): Promise<number> {
  if (!checks.needsStore) {
    await recorder.claim(pbx);
    return Number.POSITIVE_INFINITY;
  }
  const both = [checks.passAll(), recorder.claim(pbx)];
  const results = await timed(timings, 'store', () => Promise.allSettled(both));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return recorder.sendBy();
}

/** Keeps the session for the next request, unless the session followed a call or lost a reply. */
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

/** If Asterisk refuses the login, reads the settings again and tries once more. */
async function attemptWithCurrentSecret(
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
