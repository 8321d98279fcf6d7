import { setTimeout as sleep } from 'node:timers/promises';
import { type AjamError, type AjamSession, isAjamError } from '../ajam/index.ts';
import { type CallSnapshot, channelOf } from './channel-snapshot.ts';

/** How long a digit sounds, and the silence after it: what telephone systems take for certain (ITU-T Q.24: 40 ms each). */
const TONE_MS = 100;
const GAP_MS = 100;
const PAUSE_MS = 500;

export interface Played {
  /** Digits that Asterisk took; one more may have sounded if `error` says so. */
  count: number;
  all: boolean;
  error?: AjamError;
}

/** Plays digits to the customer of a call, one after the other; `w` waits half a second. Stops when the time is up. */
export async function playDigits(
  session: AjamSession,
  snapshot: CallSnapshot,
  digits: string,
  until: number,
): Promise<Played> {
  const channel = channelOf(snapshot, 'customer');
  let count = 0;
  for (const digit of channel ? digits : '') {
    if (Date.now() + PAUSE_MS > until) return { count, all: false };
    if (digit === 'w') {
      await sleep(PAUSE_MS);
      continue;
    }
    const started = Date.now();
    try {
      const headers = { Channel: channel?.uniqueid, Digit: digit, Duration: String(TONE_MS) };
      await session.send({ action: 'PlayDTMF', headers });
    } catch (error) {
      if (isAjamError(error)) return { count, all: false, error };
      throw error;
    }
    count += 1;
    // Some versions answer when the tone is over, others when it is queued.
    await sleep(Math.max(0, TONE_MS + GAP_MS - (Date.now() - started)));
  }
  return { count, all: channel !== undefined };
}
