import { setTimeout as sleep } from 'node:timers/promises';
import { type AjamSession, isAjamError } from '../ajam/index.ts';
import {
  type CallSnapshot,
  channelOf,
  type LiveChannel,
  takeSnapshot,
} from '../asterisk/channel-snapshot.ts';
import { playDtmf } from '../asterisk/dtmf.ts';
import { type LiveCall, type LiveCallOptions, withLiveCall } from '../asterisk/live-call.ts';
import { liveStatus } from '../asterisk/live-status.ts';
import { NORMAL_CLEARING } from '../outcome/causes.ts';
import type { Callback, Leg, LegStatus } from './callback.ts';
import { CallbackError } from './callback-error.ts';
import type { Services } from './services.ts';

/** The call as Asterisk knows it now. @throws CallbackError callback-not-found, pbx-permission, pbx-unreachable. */
export const callStatus = (services: Services, id: string, options: LiveCallOptions): Promise<Callback> =>
  withLiveCall(services, id, options, async (call) => describeLive(call));

/** How long hanging up may take until all channels of a call are gone. */
const HANGUP_MS = 3000;

/** Cancels a call that rings, ends one that talks. @throws as callStatus */
export const cancelCall = (services: Services, id: string, options: LiveCallOptions): Promise<Callback> =>
  withLiveCall(services, id, options, async (call) => {
    const before = describeLive(call);
    const deadline = options.deadline.within(HANGUP_MS);
    let snapshot: CallSnapshot | undefined = call.snapshot;
    while (snapshot && !deadline.hasPassed) {
      // The oldest: what it has dialled ends with it.
      await hangUp(call.session, snapshot.first[0] ?? snapshot.second[0]);
      await sleep(30);
      snapshot = await takeSnapshot(call.session, id);
    }
    return snapshot ? describeLive({ ...call, snapshot }) : ended(before);
  });

const NO_CUSTOMER =
  'No channel is known to be the customer’s: it is gone, an IVR is there instead, or who is who was lost by a transfer';

/** Sends digits to the customer of a call in which both have answered. @throws as callStatus; call-not-connected */
export const sendCallDigits = (
  services: Services,
  id: string,
  digits: string,
  options: LiveCallOptions,
): Promise<Callback> =>
  withLiveCall(services, id, options, async (call) => {
    const callback = describeLive(call);
    const { first, second } = callback.legs;
    if (first.status !== 'answered' || second.status !== 'answered') {
      throw new CallbackError('call-not-connected', 'Send digits once both have answered');
    }
    if (!channelOf(call.snapshot, 'customer')) throw new CallbackError('call-not-connected', NO_CUSTOMER);
    const { count, all, error } = await playDtmf(call.session, call.snapshot, digits, options.deadline);
    if (all) return callback;
    if (count === 0 && error) throw error;
    const said = `${count} of ${digits.replaceAll('w', '').length} were played before the call or the time ended. Do not send all again`;
    throw new CallbackError('pbx-no-answer', said, { cause: error });
  });

/** By its uniqueid alone: Asterisk would take a name between slashes for a pattern, and hang up every match. */
async function hangUp(session: AjamSession, channel: LiveChannel | undefined): Promise<void> {
  if (!channel || !/^[A-Za-z0-9._;-]+$/.test(channel.uniqueid)) return;
  try {
    // Without a cause, an unanswered call that was cancelled could not be told from one that failed.
    const headers = { Channel: channel.uniqueid, Cause: String(NORMAL_CLEARING) };
    await session.send({ action: 'Hangup', headers });
  } catch (error) {
    if (!isAjamError(error, 'AJAM_REFUSED')) throw error; // it was gone already
  }
}

const describeLive = ({ snapshot, pbx, dialplanAnswers }: LiveCall): Callback => ({
  id: snapshot.id,
  route: snapshot.variables.route ?? '',
  pbx,
  agent: snapshot.variables.agent ?? '',
  to: snapshot.variables.to ?? '',
  ...liveStatus(snapshot, { dialplanAnswers }),
  asterisk: { actionId: snapshot.id },
  metadata: {},
});

/** What a live call came to by being hung up. A second leg that had come to something before keeps that. */
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
