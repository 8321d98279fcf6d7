import { type AjamSession, header, isAjamError, packetRecord, type Reply } from '../ajam/index.ts';
import type { Callback, PlacedCallback } from '../calls/callback.ts';
import { CallbackError } from '../calls/callback-error.ts';
import { ownResponse } from '../outcome/originate-response.ts';
import { withOutcome } from '../outcome/outcome.ts';
import type { Deadline } from '../shared/deadline.ts';
import { CallFollower, type FollowOptions } from './call-follower.ts';
import { takeSnapshot } from './channel-snapshot.ts';
import { playDtmf } from './dtmf.ts';
import { liveCallIfRepeated } from './repeat.ts';
import type { SentOriginate } from './send-originate.ts';

/** Asterisk queues the first event of a call within milliseconds. After this time none will come. */
const FIRST_EVENT_MS = 3000;
/** How far past the deadline a last look at the events may reach. */
const LAST_LOOK_MS = 1000;

export interface AwaitOutcomeOptions extends FollowOptions {
  /** Sent to the customer once both parties have answered. */
  digits?: string | undefined;
  /** The Originate's mark on its channels. */
  order: string;
  /** When the answer must be ready; `until` may come sooner. */
  deadline: Deadline;
  /** A digest of the request, if it came with a key. */
  fingerprint?: string | undefined;
}

/**
 * Returns the callback once what the request waits for is decided, or the time is up. After a lost reply it looks for
 * the call in the events of the same session, over a new connection.
 *
 * @throws CallbackError outcome-unknown; pbx-permission if the AMI user receives no events; idempotency-key-reused.
 */
export async function awaitOutcome(
  sent: SentOriginate,
  callback: Callback,
  options: AwaitOutcomeOptions,
): Promise<PlacedCallback> {
  const { session, reply } = sent;
  const { digits, wait, until, deadline, fingerprint } = options;
  const known = reply ? withReply(callback, reply) : callback;
  const accepted = reply !== undefined && wait === 'accepted' && !digits;
  if (accepted && fingerprint === undefined) return { callback: known, replayed: false };
  if (!reply) session.disconnect();
  session.limitBy(deadline.extendedBy(LAST_LOOK_MS).signal());

  let dtmf: Dtmf = digits ? { dtmf: 'not-sent' } : {};
  let replayed = false;
  const follower = new CallFollower(session, callback.id);
  let lostSession = false;
  try {
    const firstEvent = until.within(accepted ? FIRST_EVENT_MS / 3 : FIRST_EVENT_MS);
    const seen = await follower.sees(firstEvent);
    // The first events may have been lost with a reply: the call goes on all the same.
    if (seen || (reply && !accepted && follower.isLossy && (await follower.sees(until)))) {
      const live = await liveCallIfRepeated(follower, session, known, options);
      if (live) return live;
      if (digits) ({ replayed, ...dtmf } = await playWhenConnected(follower, session, digits, options));
      await follower.follow(options);
    }
  } catch (error) {
    // Asterisk forgot the session and its events. What is known so far has to do.
    if (!isAjamError(error)) throw error;
    lostSession = true;
  }
  if (follower.hasSeen) {
    const response = ownResponse(follower.facts);
    const asterisk = { ...known.asterisk, ...(response && { event: packetRecord(response) }) };
    const outcome = follower.outcome(options);
    return { callback: withOutcome({ ...known, ...dtmf, asterisk }, outcome), replayed };
  }
  if (!reply) throw outcomeUnknown(callback, sent.error);
  // Report a missing read=call only if every WaitEvent succeeded and still no event arrived. A caller with
  // `wait: accepted` gets the accepted call: after an error it would send the request again.
  const listened = !lostSession && session.idleMs < FIRST_EVENT_MS / 2;
  const blind = listened && follower.isBlind && !follower.isLossy;
  if (wait !== 'accepted' && blind && !until.hasPassed) throw eventsHidden(known);
  return { callback: { ...known, ...dtmf }, replayed };
}

/** Adds Asterisk's reply to the Originate. */
function withReply(callback: Callback, { response }: Reply): Callback {
  if (!response) return callback;
  const message = header(response, 'Message');
  const asterisk = { response: response.name, ...(message && { message }), ...callback.asterisk };
  return { ...callback, asterisk };
}

type Dtmf = Pick<Callback, 'dtmf'>;

async function playWhenConnected(
  follower: CallFollower,
  session: AjamSession,
  digits: string,
  options: AwaitOutcomeOptions,
): Promise<Dtmf & { replayed: boolean }> {
  const { status, second } = await follower.follow({ ...options, wait: 'connected' });
  if (status !== 'in-progress' || second.status !== 'answered') return { dtmf: 'not-sent', replayed: false };
  try {
    const snapshot = await takeSnapshot(session, follower.facts.id);
    if (!snapshot) return { dtmf: 'not-sent', replayed: false };
    const made = snapshot.variables.order;
    // Another Originate with the same id was first by milliseconds. That request sends the digits.
    if (made !== undefined && made !== options.order) return { replayed: true };
    const { count, all, error } = await playDtmf(session, snapshot, digits, options.deadline);
    if (all) return { dtmf: 'sent', replayed: false };
    return { dtmf: count > 0 || error?.mayHaveRun ? 'partly-sent' : 'not-sent', replayed: false };
  } catch (error) {
    // Both are talking: no error here means that the call failed.
    if (!isAjamError(error)) throw error;
    return { dtmf: 'not-sent', replayed: false };
  }
}

/** From the moment an Originate may have left, an error that does not carry the callback becomes this one. */
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
