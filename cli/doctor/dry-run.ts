import { randomUUID } from 'node:crypto';
import { type AjamSession, isAjamError } from '../../lib/ajam/index.ts';

/** No Asterisk has this channel technology, so no phone rings. */
const NO_PHONE = 'Doctor/none';

/** Returns a Local channel into a context that does not exist. Its two channels end at once, and no phone rings. */
export const nowhere = (): string => `Local/doctor@doctor-${randomUUID().slice(0, 8)}`;

/** Where a call continues after the answer. */
export type DryRunTarget = { context: string; exten: string; priority: string } | { application: string };

export interface DryRun {
  /** The ActionID of the Originate, for its OriginateResponse. */
  id: string;
  /** The message of Asterisk, when it refused the Originate. */
  refused?: string;
}

/**
 * Originates a call that rings no phone. Asterisk checks the target before the channel, and reports the failed call in
 * an OriginateResponse.
 */
export async function dryRun(
  session: AjamSession,
  target: DryRunTarget,
  channel = NO_PHONE,
): Promise<DryRun> {
  const id = `doctor-${randomUUID()}`;
  const headers =
    'application' in target
      ? { Application: target.application }
      : { Context: target.context, Exten: target.exten, Priority: target.priority };
  try {
    await session.send({
      action: 'Originate',
      headers: { ActionID: id, ChannelId: id, Channel: channel, Timeout: '1000', Async: 'true', ...headers },
    });
    return { id };
  } catch (error) {
    if (isAjamError(error, 'AJAM_REFUSED', 'AJAM_PERMISSION'))
      return { id, refused: error.asteriskMessage ?? error.message };
    throw error;
  }
}
