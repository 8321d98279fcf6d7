import { setTimeout as sleep } from 'node:timers/promises';
import { type AjamSession, isAjamError } from '../ajam/index.ts';
import { NORMAL_CLEARING } from '../outcome/causes.ts';
import type { Deadline } from '../shared/deadline.ts';
import { type CallSnapshot, type LiveChannel, takeSnapshot } from './channel-snapshot.ts';

const PAUSE_MS = 30;

/** Hangs up all channels of a call. Returns the channels that still live when the time is up, or undefined if none lives. */
export async function hangUpCall(
  session: AjamSession,
  call: CallSnapshot,
  until: Deadline,
): Promise<CallSnapshot | undefined> {
  let left: CallSnapshot | undefined = call;
  while (left && !until.hasPassed) {
    // Hangs up the oldest channel. The channels that it has dialled end with it.
    await hangUpChannel(session, left.first[0] ?? left.second[0]);
    await sleep(PAUSE_MS);
    left = await takeSnapshot(session, call.id);
  }
  return left;
}

/** Uses the uniqueid and not the name: Asterisk reads a name between slashes as a pattern and hangs up every match. */
async function hangUpChannel(session: AjamSession, channel: LiveChannel | undefined): Promise<void> {
  if (!channel || !/^[A-Za-z0-9._;-]+$/.test(channel.uniqueid)) return;
  try {
    // With this cause, an unanswered call ends as `canceled` and not as `failed`.
    const headers = { Channel: channel.uniqueid, Cause: String(NORMAL_CLEARING) };
    await session.send({ action: 'Hangup', headers });
  } catch (error) {
    // The channel has ended already.
    if (!isAjamError(error, 'AJAM_REFUSED')) throw error;
  }
}
