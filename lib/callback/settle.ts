import { type AjamError, type AjamSession, isAjamError, packetRecord, type Reply } from '../ajam/index.ts';
import type { Callback } from './callback.ts';
import { withReply } from './describe.ts';
import { playDigits } from './digits.ts';
import { isTaken } from './duplicate.ts';
import { CallbackError } from './errors.ts';
import { CallFollower, type FollowOptions } from './follow.ts';
import { liveStatus } from './live-status.ts';
import { type OutcomeOptions, withOutcome } from './outcome/outcome.ts';
import { takeSnapshot } from './snapshot.ts';

/** The first event of a call is queued within milliseconds: who has seen none by now will see none. */
const FIRST_EVENT_MS = 3000;

/** A channel or a refusal follows an order within milliseconds. */
const ORDER_ECHO_MS = 500;
/** Of the time that is left for sending the answer, what a last look at the events may take. */
const LAST_LOOK_MS = 1000;

export interface SettleOptions extends FollowOptions {
  /** Sent to the customer once both have answered. */
  digits?: string | undefined;
  /** When an answer must be there; `until` may come sooner. */
  deadline: number;
  /** Called if the id is that of a call that lives: nothing rang for this order. Left out for a fresh id. */
  onRepeat?: (() => void) | undefined;
}

type Sent = { session: AjamSession; reply: Reply } | { session: AjamSession; error: AjamError };

/**
 * What an order came to that left us, and may not have been answered. A lost answer is looked for in the events
 * of the same session, over a new connection.
 *
 * @throws CallbackError outcome-unknown; pbx-permission if the AMI user sees no events.
 */
export async function settle(sent: Sent, callback: Callback, options: SettleOptions): Promise<Callback> {
  const answered = 'reply' in sent;
  const told = answered ? withReply(callback, sent.reply) : callback;
  const accepted = answered && options.wait === 'accepted' && !options.digits;
  if (accepted && !options.onRepeat) return told;
  if (!answered) sent.session.disconnect();
  // However late it is, one look is worth it.
  sent.session.limitBy(AbortSignal.timeout(Math.max(0, options.deadline - Date.now()) + LAST_LOOK_MS));

  let dtmf: Pick<Callback, 'dtmf'> = options.digits ? { dtmf: 'not-sent' } : {};
  const follower = new CallFollower(sent.session, callback.id);
  let failed = false;
  try {
    const patience = accepted ? FIRST_EVENT_MS / 3 : FIRST_EVENT_MS;
    if (await follower.sees(Math.min(options.until, Date.now() + patience))) {
      if (options.onRepeat) {
        await follower.hearsOfOrder(Math.min(options.deadline, Date.now() + ORDER_ECHO_MS));
      }
      if (options.onRepeat && follower.wasRefused) {
        const taken = await isRepeat(follower, sent.session, options.deadline);
        if (taken) options.onRepeat();
        if (taken !== false) return await describeRepeated(told, sent.session, options);
      }
      if (options.digits) dtmf = await playWhenConnected(follower, sent.session, options.digits, options);
      await follower.follow(options);
    }
  } catch (error) {
    // Asterisk forgot the session, and its events with it: what is known so far has to do.
    if (!isAjamError(error)) throw error;
    failed = true;
  }
  if (follower.hasSeen) {
    const { originateResponse } = follower.facts;
    const asterisk = {
      ...told.asterisk,
      ...(originateResponse && { event: packetRecord(originateResponse) }),
    };
    return withOutcome({ ...told, ...dtmf, asterisk }, follower.outcome(options));
  }
  if (!answered) throw outcomeUnknown(sent.error, callback);
  // Silence is blindness only where Asterisk did answer the questions for events.
  const listened = !failed && sent.session.idleMs < FIRST_EVENT_MS / 2;
  if (!accepted && listened && Date.now() < options.until) throw blind(told);
  return { ...told, ...dtmf };
}

/** @returns undefined if it could not be found out. */
async function isRepeat(
  follower: CallFollower,
  session: AjamSession,
  deadline: number,
): Promise<boolean | undefined> {
  const until = Math.min(deadline, Date.now() + FIRST_EVENT_MS);
  try {
    return await isTaken(session, follower.facts.id, { until, others: (event) => follower.take(event) });
  } catch (error) {
    if (!isAjamError(error)) throw error;
    return undefined;
  }
}

/** The call that lives, as far as the AMI user may ask for it. */
async function describeRepeated(
  told: Callback,
  session: AjamSession,
  options: OutcomeOptions,
): Promise<Callback> {
  try {
    const snapshot = await takeSnapshot(session, told.id);
    return snapshot ? { ...told, ...liveStatus(snapshot, options) } : told;
  } catch (error) {
    if (!isAjamError(error)) throw error;
    return told;
  }
}

async function playWhenConnected(
  follower: CallFollower,
  session: AjamSession,
  digits: string,
  options: SettleOptions,
): Promise<Pick<Callback, 'dtmf'>> {
  const { status, second } = await follower.follow({ ...options, wait: 'connected' });
  if (status !== 'in-progress' || second.status !== 'answered') return { dtmf: 'not-sent' };
  try {
    const snapshot = await takeSnapshot(session, follower.facts.id);
    if (!snapshot) return { dtmf: 'not-sent' };
    const { count, all, error } = await playDigits(session, snapshot, digits, options.deadline);
    if (all) return { dtmf: 'sent' };
    return { dtmf: count > 0 || error?.mayHaveRun ? 'partly-sent' : 'not-sent' };
  } catch (error) {
    // Both are talking: whatever it is, it is no reason to say that the call failed.
    if (!isAjamError(error)) throw error;
    return { dtmf: 'not-sent' };
  }
}

const outcomeUnknown = (cause: AjamError, callback: Callback): CallbackError =>
  new CallbackError(
    'outcome-unknown',
    `PBX ${callback.pbx} was sent the order and did not answer: the phone may be ringing. Do not send it again`,
    { cause, callback: { ...callback, status: 'unknown' } },
  );

const blind = (callback: Callback): CallbackError =>
  new CallbackError(
    'pbx-permission',
    `PBX ${callback.pbx} took the order, but shows no events of it: give the AMI user read=call`,
    { callback },
  );
