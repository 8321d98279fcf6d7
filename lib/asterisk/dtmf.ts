import { setTimeout as sleep } from 'node:timers/promises';
import { type AjamError, type AjamSession, isAjamError } from '../ajam/index.ts';
import type { Deadline } from '../shared/deadline.ts';
import { type CallSnapshot, channelOf } from './channel-snapshot.ts';

/** The length of a tone and of the silence after it. ITU-T Q.24 asks receivers to accept 40 ms of each. */
const TONE_MS = 100;
const GAP_MS = 100;
const PAUSE_MS = 500;

export interface Played {
  /** Digits that Asterisk accepted. One more may have been played if `error.mayHaveRun`. */
  count: number;
  all: boolean;
  error?: AjamError;
}

/** Plays digits to the customer of a call, one after the other; `w` waits half a second. Stops at the deadline. */
export async function playDtmf(
  session: AjamSession,
  snapshot: CallSnapshot,
  digits: string,
  deadline: Deadline,
): Promise<Played> {
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
    // Some versions reply when the tone is over, others when it is queued.
    await sleep(Math.max(0, TONE_MS + GAP_MS - (performance.now() - started)));
  }
  return { count, all: channel !== undefined };
}
