import { AjamError, type AjamErrorCode } from './errors.ts';
import { readableText } from './text.ts';

/**
 * Converts `Response: Error` to an AjamError.
 *
 * @param isNewSession Whether the reply has another session id than the request.
 */
export function refusal(
  action: string,
  message: string,
  { isNewSession }: { isNewSession: boolean },
): AjamError {
  const asteriskMessage = readableText(message);
  const error = (code: AjamErrorCode, text: string, mayHaveRun = false): AjamError =>
    new AjamError(code, text, { asteriskMessage, mayHaveRun });
  switch (true) {
    case asteriskMessage === 'Authentication failed':
      return error(
        'AJAM_AUTHENTICATION',
        'Asterisk refused the login. Asterisk does not say why: the username or the secret is wrong, or the permit and deny lines of the user refuse this address',
      );
    case asteriskMessage === 'Login Already In Use':
      return error(
        'AJAM_LOGIN_IN_USE',
        'Somebody is logged in with this AMI user. Set allowmultiplelogin=yes in manager.conf',
      );
    // For an unknown cookie Asterisk reports no error. It creates a new session with another id, which is not logged in.
    case asteriskMessage === 'Permission denied' && isNewSession:
      return error(
        'AJAM_SESSION_LOST',
        `Asterisk no longer knows the session, so ${action} was not executed. Log in again`,
      );
    case asteriskMessage === 'Permission denied' || /Access Forbidden/i.test(asteriskMessage):
      return error(
        'AJAM_PERMISSION',
        `The AMI user may not send ${action}. Check read= and write= in manager.conf`,
      );
    default: {
      // Asterisk also says "Originate failed" after a synchronous Originate that rang and was not answered.
      const mayHaveRun = asteriskMessage === 'Originate failed';
      return error('AJAM_REFUSED', `Asterisk refused ${action}: ${asteriskMessage}`, mayHaveRun);
    }
  }
}
