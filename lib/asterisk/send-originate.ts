import { type Action, type AjamError, AjamSession, isAjamError, type Reply } from '../ajam/index.ts';
import type { PbxSettings } from '../settings/settings.ts';
import type { Deadline } from '../shared/deadline.ts';
import { type Timings, timed } from '../shared/stopwatch.ts';
import type { SessionPool } from './session-pool.ts';

/** The Originate was sent, and Asterisk may execute it. `reply` is Asterisk's reply, `error` says why there is no reply. */
export type SentOriginate = { sent: true; session: AjamSession; pbx: PbxSettings } & (
  | { reply: Reply; error?: never }
  | { error: unknown; reply?: never }
);

/** Asterisk certainly did not execute the Originate. `refused`: Asterisk refused it. Otherwise another PBX can be tried. */
export interface UnsentOriginate {
  sent: false;
  refused: boolean;
  error: AjamError;
}

export type OriginateResult = SentOriginate | UnsentOriginate;

export interface SendOriginateOptions {
  sessions: SessionPool;
  /**
   * Whether the events of the call will be followed. Then a new session is opened, because a session from the pool would first
   * deliver the stored events of other calls.
   */
  follow: boolean;
  /** The name of an action that is needed later. If the AMI user may not send this action, no Originate is sent. */
  needs?: string | undefined;
  /**
   * Called after the login, directly before the Originate is sent. Called again before a second sending. If it throws,
   * nothing is sent. Returns by when the Originate must have left, in milliseconds since the epoch.
   */
  beforeSending: () => Promise<number>;
  deadline: Deadline;
  timings: Timings;
}

/**
 * Sends an Originate to one PBX, at most once.
 *
 * Sends it a second time only if Asterisk had forgotten the session. This refusal proves that Asterisk did not execute the
 * first Originate.
 */
export async function sendOriginate(
  pbx: PbxSettings,
  originate: Action,
  options: SendOriginateOptions,
): Promise<OriginateResult> {
  const { sessions, follow, needs, timings } = options;
  const signal = options.deadline.signal();
  const session = await login(timings, () =>
    follow ? AjamSession.open(pbx, { signal }) : sessions.borrow(pbx, { signal }),
  );
  if (isUnsent(session)) return session;
  session.limitBy(signal);

  const checkAndSend = async (): Promise<OriginateResult> => {
    const sendBy = await options.beforeSending().catch((error: unknown) => {
      sessions.giveBack(pbx, session);
      throw error;
    });
    return await send(pbx, session, originate, { sendBy, timings });
  };
  let result: OriginateResult | undefined = needs ? await missingPrivilege(session, needs) : undefined;
  result ??= await checkAndSend();
  if (!result.sent && result.error.code === 'AJAM_SESSION_LOST') {
    const again = await login(timings, async () => {
      await session.login({ signal });
      return session;
    });
    // Checks once more, because the login may have taken long.
    result = isUnsent(again) ? again : await checkAndSend();
  }
  if (result.sent) return result;
  if (result.refused) sessions.giveBack(pbx, session);
  else session.disconnect();
  return result;
}

/** Sends the Originate. After that, only an AjamError can prove that Asterisk did not execute it. */
async function send(
  pbx: PbxSettings,
  session: AjamSession,
  originate: Action,
  { sendBy, timings }: { sendBy: number; timings: Timings },
): Promise<OriginateResult> {
  try {
    const reply = await timed(timings, 'originate', () => session.send(originate, { sendBy }));
    return { sent: true, session, pbx, reply };
  } catch (error) {
    if (!isAjamError(error) || error.mayHaveRun) return { sent: true, session, pbx, error };
    const refused = isAjamError(error, 'AJAM_REFUSED', 'AJAM_PERMISSION', 'AJAM_INVALID');
    return { sent: false, refused, error };
  }
}

async function login<T>(timings: Timings, attempt: () => Promise<T>): Promise<T | UnsentOriginate> {
  try {
    return await timed(timings, 'login', attempt);
  } catch (error) {
    if (isAjamError(error)) return { sent: false, refused: false, error };
    throw error;
  }
}

const isUnsent = (value: AjamSession | UnsentOriginate): value is UnsentOriginate => 'sent' in value;

/** Sends an action without its required headers, to learn whether the user may send it. Asterisk checks the privilege first. */
async function missingPrivilege(session: AjamSession, action: string): Promise<UnsentOriginate | undefined> {
  try {
    await session.send({ action });
  } catch (error) {
    if (isAjamError(error, 'AJAM_PERMISSION')) return { sent: false, refused: true, error };
    // AJAM_REFUSED is expected, because the headers are missing. Any other AjamError is left to the Originate.
    if (!isAjamError(error)) throw error;
  }
  return undefined;
}
