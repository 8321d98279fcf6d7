import { type AjamError, type AjamSession, isAjamError, packetRecord, type Reply } from '../ajam/index.ts';
import type { Callback } from '../calls/callback.ts';
import { CallbackError } from '../calls/callback-error.ts';
import { withReply } from '../calls/new-callback.ts';
import { ownResponse } from '../outcome/originate-response.ts';
import { withOutcome } from '../outcome/outcome.ts';
import { CallFollower, type FollowOptions } from './call-follower.ts';
import { takeSnapshot } from './channel-snapshot.ts';
import { playDigits } from './dtmf.ts';
import { asRepeat, type Occasion } from './repeat.ts';

/** The first event of a call is queued within milliseconds: who has seen none by now will see none. */
const FIRST_EVENT_MS = 3000;
/** Of the time that is left for sending the answer, what a last look at the events may take. */
const LAST_LOOK_MS = 1000;

export interface SettleOptions extends FollowOptions {
  /** Sent to the customer once both have answered. */
  digits?: string | undefined;
  /** The order's mark on its channels. */
  order: string;
  /** When an answer must be there; `until` may come sooner. */
  deadline: number;
  /** Left out for a fresh id, which nobody can have used before. */
  occasion?: Occasion | undefined;
}

type Sent = { session: AjamSession; reply: Reply } | { session: AjamSession; error: AjamError };

/**
 * What an order came to that left us, and may not have been answered. A lost answer is looked for in the events
 * of the same session, over a new connection.
 *
 * @throws CallbackError outcome-unknown; pbx-permission if the AMI user sees no events; idempotency-key-reused.
 */
export async function settle(sent: Sent, callback: Callback, options: SettleOptions): Promise<Callback> {
  const { occasion } = options;
  const answered = 'reply' in sent;
  const told = answered ? withReply(callback, sent.reply) : callback;
  const accepted = answered && options.wait === 'accepted' && !options.digits;
  if (accepted && !occasion) return told;
  if (!answered) sent.session.disconnect();
  // However late it is, one look is worth it.
  sent.session.limitBy(AbortSignal.timeout(Math.max(0, options.deadline - Date.now()) + LAST_LOOK_MS));

  let dtmf: Pick<Callback, 'dtmf'> = options.digits ? { dtmf: 'not-sent' } : {};
  const follower = new CallFollower(sent.session, callback.id);
  let failed = false;
  try {
    const patience = accepted ? FIRST_EVENT_MS / 3 : FIRST_EVENT_MS;
    const seen = await follower.sees(Math.min(options.until, Date.now() + patience));
    // Its first events may have been lost with a reply: the call goes on all the same.
    if (seen || (answered && !accepted && follower.isLossy && (await follower.sees(options.until)))) {
      const repeated = occasion && (await asRepeat(follower, sent.session, told, { ...options, occasion }));
      if (repeated) return repeated;
      if (options.digits) dtmf = await playWhenConnected(follower, sent.session, options.digits, options);
      await follower.follow(options);
    }
  } catch (error) {
    // Asterisk forgot the session, and its events with it: what is known so far has to do.
    if (!isAjamError(error)) throw error;
    failed = true;
  }
  if (follower.hasSeen) {
    const response = ownResponse(follower.facts);
    const asterisk = { ...told.asterisk, ...(response && { event: packetRecord(response) }) };
    return withOutcome({ ...told, ...dtmf, asterisk }, follower.outcome(options));
  }
  if (!answered) throw outcomeUnknown(sent.error, callback);
  // Silence is blindness only where every question for events was answered, and a call must have had some: a repeat, too,
  // whose order was refused. Who waits for nothing has what he asked for: an error would be answered by another order.
  const listened = !failed && sent.session.idleMs < FIRST_EVENT_MS / 2;
  const blind = listened && follower.isBlind && !follower.isLossy;
  if (options.wait !== 'accepted' && blind && Date.now() < options.until) throw eventsHidden(told);
  return { ...told, ...dtmf };
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
    if (snapshot.variables.order !== undefined && snapshot.variables.order !== options.order) {
      // Another order with the same id was first by milliseconds; it is the one that sends them.
      options.occasion?.onRepeat();
      return {};
    }
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

const eventsHidden = (callback: Callback): CallbackError =>
  new CallbackError(
    'pbx-permission',
    `PBX ${callback.pbx} took the order, but shows no events of it: give the AMI user read=call`,
    { callback },
  );
