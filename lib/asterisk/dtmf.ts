import { setTimeout as sleep } from 'node:timers/promises';
import { type AjamError, type AjamSession, isAjamError } from '../ajam/index.ts';
import type { Callback } from '../calls/callback.ts';
import type { Deadline } from '../shared/deadline.ts';
import type { CallFollower, FollowOptions } from './call-follower.ts';
import { type CallSnapshot, channelOf, takeSnapshot } from './channel-snapshot.ts';

/** The length of a tone and of the silence after it. ITU-T Q.24 asks receivers to accept 40 ms of each. */
const TONE_MS = 100;
const GAP_MS = 100;
const PAUSE_MS = 500;

export interface PlayedDigits {
  /** How many digits Asterisk accepted. Another digit may have been played if `error.mayHaveRun` is true. */
  count: number;
  all: boolean;
  error?: AjamError;
}

/**
 * Plays digits to the customer of the call with this ChannelId. Returns `partly-sent` also if only the reply was lost.
 *
 * @throws AjamError before any digit was sent.
 */
export async function playToCustomer(
  session: AjamSession,
  channelId: string,
  digits: string,
  deadline: Deadline,
): Promise<Pick<Callback, 'dtmf'>> {
  const snapshot = await takeSnapshot(session, channelId);
  if (!snapshot) return { dtmf: 'not-sent' };
  const { count, all, error } = await playDtmf(session, snapshot, digits, deadline);
  if (all) return { dtmf: 'sent' };
  return { dtmf: count > 0 || error?.mayHaveRun ? 'partly-sent' : 'not-sent' };
}

/** Plays digits to the customer of a call, one after the other. `w` waits half a second. Stops at the deadline. */
export async function playDtmf(
  session: AjamSession,
  snapshot: CallSnapshot,
  digits: string,
  deadline: Deadline,
): Promise<PlayedDigits> {
  const channel = channelOf(snapshot, 'customer');
  let count = 0;
  for (const digit of channel ? digits : '') {
    if (deadline.remainingMs < PAUSE_MS) return { count, all: false };
    if (digit === 'w') {
      await sleep(PAUSE_MS);
      continue;
    }
    const started = performance.now();
    try {
      const headers = { Channel: channel?.uniqueid, Digit: digit, Duration: String(TONE_MS) };
      await session.send({ action: 'PlayDTMF', headers });
    } catch (error) {
      if (isAjamError(error)) return { count, all: false, error };
      throw error;
    }
    count += 1;
    // Some versions reply when the tone is over, other versions when the tone is queued.
    await sleep(Math.max(0, TONE_MS + GAP_MS - (performance.now() - started)));
  }
  return { count, all: channel !== undefined };
}

interface PlayOptions extends FollowOptions {
  deadline: Deadline;
}

/** Waits until both parties have answered, then plays the digits. */
export async function playWhenConnected(
  follower: CallFollower,
  session: AjamSession,
  digits: string,
  options: PlayOptions,
): Promise<Pick<Callback, 'dtmf'>> {
  const { status, second } = await follower.follow({ ...options, wait: 'connected' });
  if (status !== 'in-progress' || second.status !== 'answered') return { dtmf: 'not-sent' };
  try {
    return await playToCustomer(session, follower.facts.id, digits, options.deadline);
  } catch (error) {
    // Both parties talk, so an error here does not mean that the call failed.
    if (!isAjamError(error)) throw error;
    return { dtmf: 'not-sent' };
  }
}
