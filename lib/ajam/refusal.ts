import { AjamError } from './errors.ts';
import { readableText } from './text.ts';

/** Turns `Response: Error` into an error. `isNewSession` says that Asterisk answered with another session id than was sent. */
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
        "Asterisk refused the login: a wrong username or secret, or an address that the user's permit and deny lines keep out (Asterisk does not say which)",
        details,
      );
    case asteriskMessage === 'Login Already In Use':
      return new AjamError(
        'AJAM_LOGIN_IN_USE',
        'Somebody is logged in with this AMI user: set allowmultiplelogin=yes in manager.conf',
        details,
      );
    // An unknown cookie is not an error to Asterisk: it makes a new session, not logged in, with another id.
    case asteriskMessage === 'Permission denied' && isNewSession:
      return new AjamError(
        'AJAM_SESSION_LOST',
        `Asterisk no longer knows the session, so ${action} was not carried out: log in again`,
        details,
      );
    case asteriskMessage === 'Permission denied' || /Access Forbidden/i.test(asteriskMessage):
      return new AjamError(
        'AJAM_PERMISSION',
        `The AMI user may not do ${action}: see read= and write= in manager.conf`,
        details,
      );
    // Also said of a synchronous Originate that rang and was not answered.
    case asteriskMessage === 'Originate failed':
      return new AjamError('AJAM_REFUSED', `Asterisk refused ${action}: ${asteriskMessage}`, {
        ...details,
        mayHaveRun: true,
      });
    default:
      return new AjamError('AJAM_REFUSED', `Asterisk refused ${action}: ${asteriskMessage}`, details);
  }
}
