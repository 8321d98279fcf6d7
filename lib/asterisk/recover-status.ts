import { type AjamSession, isAjamError } from '../ajam/index.ts';
import type { Callback } from '../calls/callback.ts';
import type { OutcomeOptions } from '../outcome/outcome.ts';
import { type CallSnapshot, takeSnapshot } from './channel-snapshot.ts';
import { liveStatus } from './live-status.ts';

/**
 * Asks Asterisk for the channels of a call whose events were lost. If they are gone, or the AMI user may not ask, the
 * status is `unknown`, unless both parties have been seen answered.
 *
 * @param callback The callback with the outcome that the received events show.
 */
export async function recoverStatus(
  session: AjamSession,
  callback: Callback,
  options: OutcomeOptions,
): Promise<Callback> {
  const snapshot = await snapshotOrFailure(session, callback.id);
  if (snapshot === 'no channels' && bothAnswered(callback)) return { ...callback, status: 'completed' };
  if (typeof snapshot === 'string') return { ...callback, status: 'unknown' };
  return { ...callback, ...liveStatus(snapshot, options) };
}

async function snapshotOrFailure(
  session: AjamSession,
  id: string,
): Promise<CallSnapshot | 'no channels' | 'not permitted'> {
  try {
    return (await takeSnapshot(session, id)) ?? 'no channels';
  } catch (error) {
    if (!isAjamError(error)) throw error;
    return 'not permitted';
  }
}

const bothAnswered = ({ legs }: Callback): boolean =>
  legs.first.status === 'answered' && legs.second.status === 'answered';
