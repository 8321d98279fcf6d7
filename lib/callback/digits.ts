import { setTimeout as sleep } from 'node:timers/promises';
import type { AjamSession } from '../ajam/index.ts';
import { CallbackError } from './errors.ts';
import { type CallSnapshot, channelOf } from './snapshot.ts';

/** How long a digit sounds, and the silence after it: what telephone systems take for certain (ITU-T Q.24: 40 ms each). */
const TONE_MS = 100;
const GAP_MS = 100;
const PAUSE_MS = 500;

/** Plays digits to the customer of a call, one after the other; `w` waits half a second. */
export async function sendDigits(
  session: AjamSession,
  snapshot: CallSnapshot,
  digits: string,
): Promise<void> {
  const channel = channelOf(snapshot, 'customer');
  if (!channel) throw new CallbackError('call-not-connected', 'The customer is not on the line');
  for (const digit of digits) {
    if (digit === 'w') {
      await sleep(PAUSE_MS);
      continue;
    }
    const started = Date.now();
    await session.send({
      action: 'PlayDTMF',
      headers: { Channel: channel.uniqueid, Digit: digit, Duration: String(TONE_MS) },
    });
    // Some versions answer when the tone is over, others when it is queued.
    await sleep(Math.max(0, TONE_MS + GAP_MS - (Date.now() - started)));
  }
}
