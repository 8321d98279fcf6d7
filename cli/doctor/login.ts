import { AjamSession, isAjamError } from '../../lib/ajam/index.ts';
import type { PbxSettings } from '../../lib/settings/settings.ts';
import { fail, ok, type Verdict } from './finding.ts';
import { RELOAD_MANAGER } from './reload-advice.ts';

const ONE_LOGIN_CURE = `set allowmultiplelogin=yes for this user in manager.conf, and ${RELOAD_MANAGER}. Functions run at the same time, and each of them logs in`;

/** Logs in as the functions do. */
export async function logIn(pbx: PbxSettings): Promise<{ verdict: Verdict; session?: AjamSession }> {
  try {
    const session = await AjamSession.open(pbx);
    return { verdict: ok(`as ${pbx.username}`), session };
  } catch (error) {
    return { verdict: refusal(error, pbx.username) };
  }
}

/** Checks whether a second session can log in beside the first. */
export async function checkParallel(pbx: PbxSettings): Promise<Verdict> {
  const { session, verdict } = await logIn(pbx);
  await session?.logoff();
  return session ? ok('several logins at once') : verdict;
}

function refusal(error: unknown, username: string): Verdict {
  if (isAjamError(error, 'AJAM_AUTHENTICATION'))
    return fail(
      `Asterisk refused the login as ${username}. The user is unknown, the secret is wrong, or permit and deny refuse the address`,
      `look into the log of Asterisk for the reason. Compare username and secret with manager.conf. Add the addresses of the functions and of this machine to permit. After a change, ${RELOAD_MANAGER}`,
    );
  if (isAjamError(error, 'AJAM_LOGIN_IN_USE'))
    return fail(`the user ${username} is already logged in, and may log in only once`, ONE_LOGIN_CURE);
  if (isAjamError(error)) return brokenSession(error.message);
  throw error;
}

/** Returns the finding for a request that failed during the checks. */
export const brokenSession = (message: string): Verdict =>
  fail(message, 'run the doctor again. If the request fails again, look into the log of Asterisk');
