import { isAjamError } from '../ajam/index.ts';
import type { Callback } from '../calls/callback.ts';
import type { Wait } from '../calls/callback-request.ts';
import { isDecided } from '../outcome/outcome.ts';
import { CallbackError } from '../problems/callback-error.ts';
import type { Deadline } from '../shared/deadline.ts';
import { CallFollower, type FollowOptions } from './call-follower.ts';
import { withEvents, withReply, withWaitEnded } from './describe-callback.ts';
import { playWhenConnected } from './dtmf.ts';
import { sessionEvents } from './event-feed.ts';
import { recoverStatus } from './recover-status.ts';
import type { SentOriginate } from './send-originate.ts';

/** Asterisk queues the first event of a call within milliseconds. After this time none will come. */
const FIRST_EVENT_MS = 3000;
/** If the last reply is older than this, the PBX could not be asked for events. */
const MAX_SILENCE_MS = 1500;
/** How long after the end of the wait the PBX may be asked once more. */
const LAST_LOOK_MS = 1000;

export interface AwaitOutcomeOptions extends FollowOptions {
  /** Sent to the customer once both parties have answered. */
  digits?: string | undefined;
  /** When the response must be ready. `until` may be earlier. */
  deadline: Deadline;
}

/**
 * Waits until the call reaches the state in `wait` or can no longer reach it, or until the time is up. Returns the
 * callback. After a lost reply, looks for the call in the events of the same session, over a new connection.
 *
 * @throws CallbackError outcome-unknown; pbx-permission if the AMI user receives no events.
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
  session.limitBy(deadline.extendedBy(LAST_LOOK_MS).signal());

  let dtmf: Pick<Callback, 'dtmf'> = digits ? { dtmf: 'not-sent' } : {};
  let sessionLost = false;
  const follower = new CallFollower(sessionEvents(session), callback.id);
  try {
    const seen = await follower.sees(until.within(FIRST_EVENT_MS));
    // The first events may have been lost with a reply. Later events can still show the call.
    if (seen || (reply && follower.isLossy && (await follower.sees(until)))) {
      if (digits) dtmf = await playWhenConnected(follower, session, digits, options);
      await follower.follow(options);
    }
  } catch (error) {
    // Asterisk forgot the session and its events.
    if (!isAjamError(error)) throw error;
    sessionLost = true;
  }

  const known = withEvents({ ...placed, ...dtmf }, follower.facts, follower.outcome(options));
  const outcome = follower.outcome(options);
  const undecided = !follower.hasSeen || !isDecided(outcome, awaited(options));
  const deaf = sessionLost || session.idleMs > MAX_SILENCE_MS;
  const stale = !outcome.over && (deaf || follower.isStale);
  const unanswered = !reply && !follower.hasSeen;
  if (unanswered || stale || (undecided && (deaf || follower.isLossy))) {
    session.limitBy(until.extendedBy(LAST_LOOK_MS).signal());
    const recovered = await recoverStatus(session, known, options);
    if (unanswered && recovered.status === 'unknown') throw outcomeUnknown(callback, sent.error);
    return withWaitEnded(recovered, options);
  }
  // Every WaitEvent succeeded, and still no event arrived. A caller with `wait: accepted` nevertheless gets the accepted
  // call, because after an error it would send the request again.
  const blind = !follower.hasSeen && follower.isBlind;
  if (blind && wait !== 'accepted' && !until.hasPassed) throw eventsHidden(placed);
  return withWaitEnded(known, options);
}

/** Digits are sent when both parties have answered, with every `wait`. */
const awaited = ({ wait, digits }: AwaitOutcomeOptions): Wait =>
  digits && wait !== 'completed' ? 'connected' : wait;

/** Returns the error for any failure after an Originate may have been sent. It carries the callback. */
export const outcomeUnknown = (callback: Callback, cause: unknown): CallbackError =>
  new CallbackError(
    'outcome-unknown',
    `An Originate was sent to PBX ${callback.pbx}, and its outcome is not known: the phone may be ringing. Do not send the request again`,
    { cause, callback: { ...callback, status: 'unknown' } },
  );

const eventsHidden = (callback: Callback): CallbackError =>
  new CallbackError(
    'pbx-permission',
    `PBX ${callback.pbx} accepted the call, but sends no events of it: its AMI user lacks read=call`,
    { callback },
  );
