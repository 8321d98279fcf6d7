import { AjamError } from './errors.ts';
import { readableText } from './text.ts';

/**
 * Converts `Response: Error` to an AjamError.
 *
 * @param isNewSession Whether Asterisk answered with another session id than the one that was sent.
 */
export function refusal(
  action: string,
  message: string,
  { isNewSession }: { isNewSession: boolean },
): AjamError {
  const asteriskMessage = readableText(message);
  const details = { asteriskMessage };
  switch (true) {
    case asteriskMessage === 'Authentication failed':
      return new AjamError(
        'AJAM_AUTHENTICATION',
        'Asterisk refused the login. Asterisk does not say why: the username or the secret is wrong, or the permit and deny lines of the user refuse this address',
        details,
      );
    case asteriskMessage === 'Login Already In Use':
      return new AjamError(
        'AJAM_LOGIN_IN_USE',
        'Somebody is logged in with this AMI user. Set allowmultiplelogin=yes in manager.conf',
        details,
      );
    // For an unknown cookie Asterisk reports no error. It creates a new session with another id, which is not logged in.
    case asteriskMessage === 'Permission denied' && isNewSession:
      return new AjamError(
        'AJAM_SESSION_LOST',
        `Asterisk no longer knows the session, so ${action} was not executed. Log in again`,
        details,
      );
    case asteriskMessage === 'Permission denied' || /Access Forbidden/i.test(asteriskMessage):
      return new AjamError(
        'AJAM_PERMISSION',
        `The AMI user may not send ${action}. Check read= and write= in manager.conf`,
        details,
      );
    // Asterisk also says this after a synchronous Originate that rang and was not answered.
    case asteriskMessage === 'Originate failed':
      return new AjamError('AJAM_REFUSED', `Asterisk refused ${action}: ${asteriskMessage}`, {
        ...details,
        mayHaveRun: true,
      });
    default:
      return new AjamError('AJAM_REFUSED', `Asterisk refused ${action}: ${asteriskMessage}`, details);
  }
}
