import { randomUUID } from 'node:crypto';
import { type AjamSession, isAjamError } from '../../lib/ajam/index.ts';

/** No Asterisk has such a channel technology: nothing can ring. */
const NOBODY = 'Doctor/none';

/**
 * An extension in a context that nobody has: its two channels come and go without a step of any dialplan, and without
 * anything that could ring.
 */
export const nowhere = (): string => `Local/doctor@doctor-${randomUUID().slice(0, 8)}`;

/** Where a call would go on once answered. */
export type Target = { context: string; exten: string; priority: string } | { application: string };

export interface DryRun {
  /** The ActionID of the order, for its OriginateResponse. */
  id: string;
  /** Asterisk's words, when it refused the order. */
  refused?: string;
}

/**
 * Orders a call that rings nobody. Asterisk checks the target before it looks at the channel, and reports the failed
 * call in an OriginateResponse.
 */
export async function dryRun(session: AjamSession, target: Target, channel = NOBODY): Promise<DryRun> {
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
