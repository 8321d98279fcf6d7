import { type AjamSession, isAjamError } from '../ajam/index.ts';
import type { Callback } from '../calls/callback.ts';
import type { OutcomeOptions } from '../outcome/outcome.ts';
import { takeSnapshot } from './channel-snapshot.ts';
import { liveStatus } from './live-status.ts';

/**
 * Asks Asterisk for the channels of a call whose events were lost, and returns the callback with their status. If the channels
 * are gone, the status is `completed` after both parties answered, else `unknown`. If Asterisk cannot be asked, the status is
 * `unknown`.
 *
 * @param callback The callback with the outcome that the received events show.
 */
export async function recoverStatus(
  session: AjamSession,
  callback: Callback,
  options: OutcomeOptions,
): Promise<Callback> {
  try {
    const snapshot = await takeSnapshot(session, callback.id);
    if (snapshot) return { ...callback, ...liveStatus(snapshot, options) };
    return { ...callback, status: bothAnswered(callback) ? 'completed' : 'unknown' };
  } catch (error) {
    if (!isAjamError(error)) throw error;
    return { ...callback, status: 'unknown' };
  }
}

const bothAnswered = ({ legs }: Callback): boolean =>
  legs.first.status === 'answered' && legs.second.status === 'answered';
