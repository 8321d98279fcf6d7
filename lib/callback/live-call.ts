import { setTimeout as sleep } from 'node:timers/promises';
import { type AjamSession, isAjamError } from '../ajam/index.ts';
import type { ControlOptions } from './control.ts';
import { CallbackError, pbxError } from './errors.ts';
import { isCallbackId } from './id.ts';
import type { Switchboard } from './place.ts';
import { type CallSnapshot, takeSnapshot } from './snapshot.ts';

export interface LiveCall {
  session: AjamSession;
  snapshot: CallSnapshot;
  /** The PBX's name in the settings. */
  pbx: string;
  dialplanAnswers: boolean;
}

/** An order that was just accepted makes its channel within milliseconds. */
const SECOND_LOOK_MS = 200;

/** Finds a live call on any PBX and works on it; nothing of a call is kept here. */
export async function withLiveCall<T>(
  { settings, sessions }: Switchboard,
  id: string,
  { until, mayUseRoute }: ControlOptions,
  work: (call: LiveCall) => Promise<T>,
): Promise<T> {
  if (!isCallbackId(id)) throw notFound();
  const { pbx: pbxes, routes } = await settings.get();
  const signal = AbortSignal.timeout(Math.max(0, until - Date.now()));
  let failure: CallbackError | undefined;
  for (const [pbx, access] of Object.entries(pbxes)) {
    try {
      const session = await sessions.borrow(access, { signal });
      try {
        const snapshot = await find(session, id);
        const route = snapshot?.variables.route ?? '';
        if (snapshot && mayUseRoute(route)) {
          return await work({
            session,
            snapshot,
            pbx,
            dialplanAnswers: routes[route]?.second === 'dialplan',
          });
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

async function find(session: AjamSession, id: string): Promise<CallSnapshot | undefined> {
  const look = async (): Promise<CallSnapshot | undefined> => {
    try {
      return await takeSnapshot(session, id);
    } catch (error) {
      if (!isAjamError(error, 'AJAM_SESSION_LOST')) throw error;
      await session.login();
      return await takeSnapshot(session, id);
    }
  };
  const snapshot = await look();
  if (snapshot) return snapshot;
  await sleep(SECOND_LOOK_MS);
  return await look();
}

const notFound = (): CallbackError =>
  new CallbackError('callback-not-found', 'The call is over, or never was; nothing of it is kept here');
