import { setTimeout as sleep } from 'node:timers/promises';
import { type AjamSession, isAjamError } from '../ajam/index.ts';
import { CallbackError } from '../calls/callback-error.ts';
import { isCallbackId } from '../calls/callback-id.ts';
import { pbxError } from '../calls/pbx-error.ts';
import type { Services } from '../calls/services.ts';
import type { PbxSettings } from '../settings/settings.ts';
import type { SettingsSource } from '../settings/settings-cache.ts';
import type { Deadline } from '../shared/deadline.ts';
import { type CallSnapshot, takeSnapshot } from './channel-snapshot.ts';
import { rotatedSecret } from './rotated-secret.ts';
import type { WarmSessions } from './session-pool.ts';

export interface LiveCall {
  session: AjamSession;
  snapshot: CallSnapshot;
  /** The PBX's name in the settings. */
  pbx: string;
  dialplanAnswers: boolean;
}

export interface LiveCallOptions {
  deadline: Deadline;
  /** Whether the caller may use the call's route. Other calls are not found. */
  mayUseRoute: (route: string) => boolean;
}

/** Asterisk makes the channel of an accepted Originate within milliseconds. */
const SECOND_LOOK_MS = 200;

/**
 * Finds a live call on any PBX and works on it.
 *
 * @throws CallbackError callback-not-found; pbx-no-answer, pbx-permission, pbx-unreachable and the like.
 */
export async function withLiveCall<T>(
  { settings, sessions }: Services,
  id: string,
  { deadline, mayUseRoute }: LiveCallOptions,
  work: (call: LiveCall) => Promise<T>,
): Promise<T> {
  if (!isCallbackId(id)) throw notFound();
  const { pbx: pbxes, routes } = await settings.get();
  const signal = deadline.signal();
  let failure: CallbackError | undefined;
  for (const [pbx, known] of Object.entries(pbxes)) {
    try {
      const { session, access } = await borrow(settings, sessions, pbx, known, signal);
      try {
        const snapshot = await find(session, id);
        const route = snapshot?.variables.route ?? '';
        if (snapshot && mayUseRoute(route)) {
          const dialplanAnswers = routes[route]?.second === 'dialplan';
          return await withoutReply(pbx, work({ session, snapshot, pbx, dialplanAnswers }));
        }
      } finally {
        sessions.giveBack(access, session);
      }
    } catch (error) {
      if (!isAjamError(error)) throw error;
      failure = pbxError(error, pbx);
    }
  }
  // A PBX that could not be asked may have the call.
  throw failure ?? notFound();
}

async function borrow(
  settings: SettingsSource,
  sessions: WarmSessions,
  name: string,
  known: PbxSettings,
  signal: AbortSignal,
): Promise<{ session: AjamSession; access: PbxSettings }> {
  try {
    return { session: await sessions.borrow(known, { signal }), access: known };
  } catch (error) {
    const fresh = isAjamError(error, 'AJAM_AUTHENTICATION') && (await rotatedSecret(settings, name, known));
    if (!fresh) throw error;
    return { session: await sessions.borrow(fresh, { signal }), access: fresh };
  }
}

/** Reports an action without a reply as pbx-no-answer: it may have been carried out. */
async function withoutReply<T>(pbx: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isAjamError(error)) throw error;
    if (isAjamError(error, 'AJAM_PERMISSION', 'AJAM_REFUSED')) throw pbxError(error, pbx);
    throw new CallbackError(
      'pbx-no-answer',
      `PBX ${pbx} did not answer: ask for the status of the callback`,
      {
        cause: error,
      },
    );
  }
}

async function find(session: AjamSession, id: string): Promise<CallSnapshot | undefined> {
  const snapshot = await takeSnapshot(session, id);
  if (snapshot) return snapshot;
  await sleep(SECOND_LOOK_MS);
  return await takeSnapshot(session, id);
}

const notFound = (): CallbackError => new CallbackError('callback-not-found', 'No active call with this id');
