import { channelOf } from '../asterisk/channel-snapshot.ts';
import { playDtmf } from '../asterisk/dtmf.ts';
import { hangUpCall } from '../asterisk/hang-up.ts';
import { liveStatus } from '../asterisk/live-status.ts';
import { CallbackError } from '../problems/callback-error.ts';
import type { Deadline } from '../shared/deadline.ts';
import type { CallbackRecord, StoredCallback } from '../store/callback-record.ts';
import { observe } from '../store/transitions.ts';
import { warnOfStore } from '../telemetry/log.ts';
import type { Callback, CallbackView, Leg, LegStatus } from './callback.ts';
import { viewOf } from './callback-view.ts';
import { cancelInLine } from './cancel-in-line.ts';
import { type LiveCall, withLiveCall } from './live-call.ts';
import { hasEnded, isBeingSent, isWaiting, lookUpCall, placeOf } from './look-up-call.ts';
import type { Services } from './services.ts';
import { findCallback, type MayUseRoute } from './visible-callbacks.ts';

export interface ControlOptions {
  deadline: Deadline;
  mayUseRoute: MayUseRoute;
}

/**
 * Returns the callback. Asks the PBX for its status, unless the record shows that the call is over.
 *
 * @throws CallbackError callback-not-found, store-unreachable.
 */
export async function callStatus(
  services: Services,
  id: string,
  options: ControlOptions,
): Promise<CallbackView> {
  const record = await findCallback(services, id, options.mayUseRoute);
  const seen = await lookUpCall(services, record, options.deadline);
  return viewOf(seen.record, seen.live);
}

/** How long all channels of a call may take to hang up. */
const HANGUP_MS = 3000;

/**
 * Hangs up a call that rings or talks, or cancels a callback that waits in a line. If the callback was already canceled,
 * returns it and throws nothing. The callback has no `endedAt` if the runner of its line has not recorded the end yet.
 *
 * @throws CallbackError as callStatus; callback-ended if the call ended by itself; the problems in pbx-error.ts.
 */
export async function cancelCall(
  services: Services,
  id: string,
  options: ControlOptions,
): Promise<CallbackView> {
  const record = await findCallback(services, id, options.mayUseRoute);
  if (record.line !== undefined)
    return viewOf(await cancelInLine(services, record, record.line, options.deadline));
  if (record.hungUpAt !== undefined) return viewOf(record);
  const { callback, isOver } = await onLiveCall(services, record, options, async (call) => {
    const until = options.deadline.within(HANGUP_MS);
    const snapshot = await hangUpCall(call.session, call.snapshot, until);
    return snapshot
      ? { callback: describeLive({ ...call, snapshot }, record.callback), isOver: false }
      : { callback: ended(describeLive(call, record.callback)), isOver: true };
  });
  if (!isOver) return viewOf({ ...record, callback, observedAt: Date.now() }, true);
  return viewOf(await recordHangup(services, record, callback));
}

const NOT_ANSWERED = 'At least one party has not answered. Send the digits when both have answered';
const NO_CUSTOMER =
  'The channel of the customer is unknown. The customer hung up, an IVR is the second party, or the call was transferred';

/**
 * Sends digits to the customer of a call in which both parties have answered.
 *
 * @throws CallbackError as cancelCall; call-not-connected.
 */
export async function sendCallDigits(
  services: Services,
  id: string,
  digits: string,
  options: ControlOptions,
): Promise<CallbackView> {
  const record = await findCallback(services, id, options.mayUseRoute);
  if (isWaiting(record)) throw new CallbackError('call-not-connected', NOT_ANSWERED);
  const callback = await onLiveCall(services, record, options, async (call) => {
    const live = describeLive(call, record.callback);
    const { first, second } = live.legs;
    if (first.status !== 'answered' || second.status !== 'answered')
      throw new CallbackError('call-not-connected', NOT_ANSWERED);
    if (!channelOf(call.snapshot, 'customer')) throw new CallbackError('call-not-connected', NO_CUSTOMER);
    const { count, all, error } = await playDtmf(call.session, call.snapshot, digits, options.deadline);
    if (all) return live;
    if (count === 0 && error) throw error;
    const { length } = digits.replaceAll('w', '');
    const message = `${count} of ${length} digits were played before the call or the time ended. Do not send all of them again`;
    throw new CallbackError('pbx-no-answer', message, { cause: error });
  });
  return viewOf({ ...record, callback, observedAt: Date.now() }, true);
}

/** Works on the live call. @throws CallbackError callback-ended with the callback if the call is over. */
async function onLiveCall<T>(
  services: Services,
  record: StoredCallback,
  { deadline }: ControlOptions,
  work: (call: LiveCall) => Promise<T>,
): Promise<T> {
  const result = hasEnded(record) ? undefined : await withLiveCall(services, placeOf(record), deadline, work);
  if (result !== undefined) return result;
  if (isBeingSent(record)) {
    throw new CallbackError(
      'pbx-no-answer',
      'The Originate is still on its way: send the request again in a second',
    );
  }
  throw new CallbackError('callback-ended', 'The call is over', { callback: viewOf(record, false) });
}

/** Records the hangup, unless another process has recorded the end of the call first. */
async function recordHangup(
  services: Services,
  record: StoredCallback,
  callback: Callback,
): Promise<CallbackRecord> {
  const at = Date.now();
  const hungUp = (now: CallbackRecord): CallbackRecord => {
    const observed = observe(now, { seen: callback, at });
    return { ...('record' in observed ? observed.record : now), hungUpAt: now.hungUpAt ?? at };
  };
  try {
    const store = await services.store();
    return (await store.changeCallback(record, hungUp)) ?? hungUp(record);
  } catch (error) {
    warnOfStore(error);
    return hungUp(record);
  }
}

const describeLive = ({ snapshot, dialplanAnswers }: LiveCall, callback: Callback): Callback => ({
  ...callback,
  ...liveStatus(snapshot, { dialplanAnswers }),
});

/** Returns the outcome of a call that was hung up. A leg that had ended before keeps its status. */
function ended(callback: Callback): Callback {
  const first = stopped(callback.legs.first);
  const second = stopped(callback.legs.second);
  const status = second.status === 'answered' ? 'completed' : second.status;
  return { ...callback, status, legs: { first, second } };
}

type Stopped = Leg & { status: Exclude<LegStatus, 'waiting' | 'ringing'> };

const stopped = ({ status, ...leg }: Leg): Stopped => ({
  ...leg,
  status: status === 'waiting' || status === 'ringing' ? 'canceled' : status,
});
