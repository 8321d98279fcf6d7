import { AjamSession, isAjamError } from '../../lib/ajam/index.ts';
import type { PbxSettings } from '../../lib/settings/settings.ts';
import { fail, ok, type Verdict } from './finding.ts';

const ONE_LOGIN_CURE =
  'set allowmultiplelogin=yes for this user in manager.conf: functions run side by side, and each logs in';

/** Logs in as the functions do. */
export async function logIn(pbx: PbxSettings): Promise<{ verdict: Verdict; session?: AjamSession }> {
  try {
    const session = await AjamSession.open(pbx);
    return { verdict: ok(`as ${pbx.username}`), session };
  } catch (error) {
    return { verdict: refusal(error, pbx.username) };
  }
}

/** With the first session open, whether another one may be. */
export async function checkParallel(pbx: PbxSettings): Promise<Verdict> {
  const { session, verdict } = await logIn(pbx);
  await session?.logoff();
  return session ? ok('several logins at once') : verdict;
}

function refusal(error: unknown, username: string): Verdict {
  if (isAjamError(error, 'AJAM_AUTHENTICATION'))
    return fail(
      `the login as ${username} was refused, and Asterisk does not tell why: an unknown user, a wrong secret, or an address that permit and deny keep out`,
      'compare username and secret with manager.conf (and reload it: `asterisk -rx "manager reload"`), and see whether permit holds the address that the functions, and this machine, come from; the log of Asterisk tells which it was',
    );
  if (isAjamError(error, 'AJAM_LOGIN_IN_USE'))
    return fail(`only one login as ${username} at a time, and there is one`, ONE_LOGIN_CURE);
  if (isAjamError(error))
    return fail(error.message, 'run this again; if it stays so, see the log of Asterisk');
  throw error;
}
