import { type AjamSession, isAjamError } from '../ajam/index.ts';
import type { Callback } from '../calls/callback.ts';
import type { Wait } from '../calls/callback-request.ts';
import { isDecided, type OutcomeOptions } from '../outcome/outcome.ts';
import { CallbackError } from '../problems/callback-error.ts';
import type { Deadline } from '../shared/deadline.ts';
import { CallFollower, type FollowOptions } from './call-follower.ts';
import { takeSnapshot } from './channel-snapshot.ts';
import { withEvents, withReply, withWaitEnded } from './describe-callback.ts';
import { playWhenConnected } from './dtmf.ts';
import { sessionEvents } from './event-feed.ts';
import { liveStatus } from './live-status.ts';
import type { SentOriginate } from './send-originate.ts';

/** Asterisk queues the first event of a call within milliseconds. After this time no first event will come. */
const FIRST_EVENT_MS = 3000;
/** If the last reply is older than this time, the PBX is silent. */
const MAX_REPLY_AGE_MS = 1500;
/** How long after the end of the wait the PBX may be asked once more. */
const LAST_QUESTION_MS = 1000;

export interface AwaitOutcomeOptions extends FollowOptions {
  /** Sent to the customer once both parties have answered. */
  digits?: string | undefined;
  /** When the response must be ready. `until` may be earlier. */
  deadline: Deadline;
}

/**
 * Waits until the call reaches the state in `wait` or can no longer reach it, or until the time is up. Returns the callback.
 *
 * After a lost reply, looks for the call in the events of the same session, over a new connection. If events are missing, asks
 * Asterisk for the live channels of the call, and takes the status from them.
 *
 * @throws CallbackError outcome-unknown if neither a reply nor an event nor a channel shows the call; pbx-permission if the AMI
 *   user receives no events.
 */
export async function awaitOutcome(
  sent: SentOriginate,
  callback: Callback,
  options: AwaitOutcomeOptions,
): Promise<Callback> {
  const { session, reply } = sent;
  const { digits, wait, until, deadline } = options;
  const placed = reply ? withReply(callback, reply) : callback;
  if (reply && wait === 'accepted' && !digits) return placed;
  if (!reply) session.disconnect();
  session.limitBy(deadline.extendedBy(LAST_QUESTION_MS).signal());

  const follower = new CallFollower(sessionEvents(session), callback.id);
  const { dtmf, isSessionLost } = await followAndPlay(follower, sent, options);
  const outcome = follower.outcome(options);
  const known = withEvents({ ...placed, ...dtmf }, follower.facts, outcome);

  const nothingShowsCall = !reply && !follower.hasSeenCall;
  const pbxIsSilent = isSessionLost || session.idleMs > MAX_REPLY_AGE_MS;
  const endMayBeMissed = !outcome.over && (pbxIsSilent || follower.mayHaveMissedEnd);
  const waitIsDecided = follower.hasSeenCall && isDecided(outcome, awaited(options));
  const decisionMayBeMissed = !waitIsDecided && (pbxIsSilent || follower.hasLostEvents);
  if (nothingShowsCall || endMayBeMissed || decisionMayBeMissed) {
    // The events do not suffice, so Asterisk is asked for the channels of the call.
    session.limitBy(until.extendedBy(LAST_QUESTION_MS).signal());
    const recovered = await recoverStatus(session, known, options);
    if (nothingShowsCall && recovered.status === 'unknown') throw outcomeUnknown(callback, sent.error);
    return withWaitEnded(recovered, options);
  }

  // Every WaitEvent succeeded, and still no event arrived. A caller with `wait: accepted` nevertheless gets the accepted
  // call, because after an error it would send the request again.
  const eventsAreHidden = !follower.hasSeenCall && !follower.hasSeenAnyCall;
  if (eventsAreHidden && wait !== 'accepted' && !until.hasPassed) throw eventsHidden(placed);
  return withWaitEnded(known, options);
}

/** Follows the call by its events, and plays the digits. Reports whether Asterisk forgot the session and its events. */
async function followAndPlay(
  follower: CallFollower,
  { session, reply }: SentOriginate,
  options: AwaitOutcomeOptions,
): Promise<{ dtmf: Pick<Callback, 'dtmf'>; isSessionLost: boolean }> {
  const { digits, until } = options;
  let dtmf: Pick<Callback, 'dtmf'> = digits ? { dtmf: 'not-sent' } : {};
  try {
    const isSeen = await follower.seesCall(until.within(FIRST_EVENT_MS));
    // The first events may have been lost with a reply. Later events can still show the call.
    if (isSeen || (reply && follower.hasLostEvents && (await follower.seesCall(until)))) {
      if (digits) dtmf = await playWhenConnected(follower, session, digits, options);
      await follower.follow(options);
    }
    return { dtmf, isSessionLost: false };
  } catch (error) {
    if (!isAjamError(error)) throw error;
    return { dtmf, isSessionLost: true };
  }
}

/** Returns the state to wait for: with digits at least `connected`, because both parties must have answered. */
const awaited = ({ wait, digits }: AwaitOutcomeOptions): Wait =>
  digits && wait !== 'completed' ? 'connected' : wait;

/** Returns the error, with the callback, for any failure after an Originate may have been sent. */
export const outcomeUnknown = (callback: Callback, cause: unknown): CallbackError =>
  new CallbackError(
    'outcome-unknown',
    `An Originate was sent to PBX ${callback.pbx}, and the outcome is not known, so a phone may be ringing. Do not send the request again`,
    { cause, callback: { ...callback, status: 'unknown' } },
  );

const eventsHidden = (callback: Callback): CallbackError =>
  new CallbackError(
    'pbx-permission',
    `PBX ${callback.pbx} accepted the Originate, but sends no events of the call, because the AMI user lacks read=call`,
    { callback },
  );

/**
 * Asks Asterisk for the channels of a call whose events were lost, and returns the callback with their status. If the channels
 * are gone, the status is `completed` after both parties answered, else `unknown`. If Asterisk cannot be asked, the status is
 * `unknown`.
 *
 * @param callback The callback with the outcome that the received events show.
 */
async function recoverStatus(
  session: AjamSession,
  callback: Callback,
  options: OutcomeOptions,
): Promise<Callback> {
  try {
    const snapshot = await takeSnapshot(session, callback.id);
    if (snapshot) return { ...callback, ...liveStatus(snapshot, options) };
    return { ...callback, status: bothAnswered(callback) ? 'completed' : 'unknown' };
  } catch (error) {
    if (!isAjamError(error)) throw error;
    return { ...callback, status: 'unknown' };
  }
}

const bothAnswered = ({ legs }: Callback): boolean =>
  legs.first.status === 'answered' && legs.second.status === 'answered';
