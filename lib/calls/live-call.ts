import { setTimeout as sleep } from 'node:timers/promises';
import { type AjamSession, isAjamError } from '../ajam/index.ts';
import { type CallSnapshot, takeSnapshot } from '../asterisk/channel-snapshot.ts';
import { withCurrentSecret } from '../asterisk/retry-refused-login.ts';
import { CallbackError } from '../problems/callback-error.ts';
import { pbxError } from '../problems/pbx-error.ts';
import type { Deadline } from '../shared/deadline.ts';
import type { Services } from './services.ts';

export interface LiveCall {
  session: AjamSession;
  snapshot: CallSnapshot;
  /** The PBX's name in the settings. */
  pbx: string;
  dialplanAnswers: boolean;
}

/** Where to find a call. */
export interface CallPlace {
  id: string;
  pbx: string;
  route: string;
  /** Unix time in milliseconds. */
  createdAt: number;
}

/** Asterisk creates the channel of an accepted Originate within milliseconds. */
const SECOND_LOOK_MS = 200;
/** After this time a call has its channel, or is over. */
const YOUNG_MS = 2_000;

/**
 * Works on the live call of a callback, on the PBX that its record names. Returns undefined if the call has no channels.
 *
 * @throws CallbackError pbx-no-answer, and the problems in pbx-error.ts.
 */
export async function withLiveCall<T>(
  { settings, sessions }: Services,
  { id, pbx, route, createdAt }: CallPlace,
  deadline: Deadline,
  work: (call: LiveCall) => Promise<T>,
): Promise<T | undefined> {
  const { pbx: pbxes, routes } = await settings.get();
  const known = pbxes[pbx];
  if (!known) throw new CallbackError('pbx-unreachable', `The settings no longer hold the PBX ${pbx}`);
  try {
    const signal = deadline.signal();
    const { session, access } = await withCurrentSecret(settings, pbx, known, async (access) => ({
      session: await sessions.borrow(access, { signal }),
      access,
    }));
    try {
      const snapshot = await find(session, id, Date.now() - createdAt < YOUNG_MS);
      if (!snapshot) return undefined;
      const dialplanAnswers = routes[route]?.second === 'dialplan';
      return await withoutReply(pbx, work({ session, snapshot, pbx, dialplanAnswers }));
    } finally {
      sessions.giveBack(access, session);
    }
  } catch (error) {
    if (isAjamError(error)) throw pbxError(error, pbx);
    throw error;
  }
}

/** Reports an action without a reply as pbx-no-answer, because Asterisk may have executed it. */
async function withoutReply<T>(pbx: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isAjamError(error) || isAjamError(error, 'AJAM_PERMISSION', 'AJAM_REFUSED')) throw error;
    const message = `PBX ${pbx} did not answer: ask for the status of the callback`;
    throw new CallbackError('pbx-no-answer', message, { cause: error });
  }
}

async function find(session: AjamSession, id: string, isYoung: boolean): Promise<CallSnapshot | undefined> {
  const snapshot = await takeSnapshot(session, id);
  if (snapshot || !isYoung) return snapshot;
  await sleep(SECOND_LOOK_MS);
  return await takeSnapshot(session, id);
}
