import { type Action, type AjamError, AjamSession, isAjamError, type Reply } from '../ajam/index.ts';
import type { PbxSettings } from '../settings/settings.ts';
import type { WarmSessions } from './session-pool.ts';

/** How far an order got with one PBX. Only `not-sent` leaves another PBX to be tried. */
export type Ordered =
  | { got: 'accepted'; pbx: PbxSettings; session: AjamSession; reply: Reply }
  | { got: 'refused'; error: AjamError }
  | { got: 'not-sent'; error: AjamError }
  | { got: 'no-answer'; error: AjamError; session: AjamSession };

export interface OrderOptions {
  sessions: WarmSessions;
  /** Whether events will be waited for: a warm session would bring a backlog of other calls' events first. */
  follow: boolean;
  /** An action that will be needed later: better to learn now that the AMI user may not do it. */
  needs?: string | undefined;
  signal: AbortSignal;
  /** Called with what a step took, for the log. */
  took: (stage: 'login' | 'originate', ms: number) => void;
}

/**
 * Sends an Originate to one PBX, at most once.
 *
 * The one case in which it goes out a second time is a session that Asterisk had forgotten: the refusal proves
 * that the first was not carried out.
 */
export async function order(pbx: PbxSettings, originate: Action, options: OrderOptions): Promise<Ordered> {
  const opened = await login(options, () =>
    options.follow ? AjamSession.open(pbx, options) : options.sessions.borrow(pbx, options),
  );
  if ('error' in opened) return { got: 'not-sent', error: opened.error };
  const session = opened.value;
  session.limitBy(options.signal);

  const forbidden = options.needs ? await isForbidden(session, options.needs) : undefined;
  let sent: Ordered = forbidden
    ? { got: 'refused', error: forbidden }
    : await send(pbx, session, originate, options);
  if ('error' in sent && sent.error.code === 'AJAM_SESSION_LOST') {
    const again = await login(options, () => session.login(options));
    sent =
      'error' in again
        ? { got: 'not-sent', error: again.error }
        : await send(pbx, session, originate, options);
  }
  if (sent.got === 'not-sent') session.disconnect();
  if (sent.got === 'refused') await options.sessions.giveBack(pbx, session);
  return sent;
}

async function send(
  pbx: PbxSettings,
  session: AjamSession,
  originate: Action,
  { took }: OrderOptions,
): Promise<Ordered> {
  const started = performance.now();
  try {
    return { got: 'accepted', pbx, session, reply: await session.send(originate) };
  } catch (error) {
    if (!isAjamError(error)) throw error;
    if (error.mayHaveRun) return { got: 'no-answer', error, session };
    const refused = isAjamError(error, 'AJAM_REFUSED', 'AJAM_PERMISSION', 'AJAM_INVALID');
    return { got: refused ? 'refused' : 'not-sent', error };
  } finally {
    took('originate', performance.now() - started);
  }
}

async function login<T>(
  { took }: OrderOptions,
  attempt: () => Promise<T>,
): Promise<{ value: T } | { error: AjamError }> {
  const started = performance.now();
  try {
    return { value: await attempt() };
  } catch (error) {
    if (isAjamError(error)) return { error };
    throw error;
  } finally {
    took('login', performance.now() - started);
  }
}

/** Tries an action without what it needs to do anything; Asterisk looks at the privilege first. */
async function isForbidden(session: AjamSession, action: string): Promise<AjamError | undefined> {
  try {
    await session.send({ action });
  } catch (error) {
    if (isAjamError(error, 'AJAM_PERMISSION')) return error;
    // Whatever else is wrong, the order will run into it.
    if (!isAjamError(error)) throw error;
  }
  return undefined;
}
