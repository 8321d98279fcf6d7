import type { HttpReply } from './connection.ts';
import { AjamError } from './errors.ts';
import { header, type Packet, parsePackets } from './packet.ts';

/** What came back for one action. `response` is missing only when a WaitEvent was abandoned for another one. */
export interface Reply {
  readonly response: Packet | undefined;
  readonly events: readonly Packet[];
  /** The session id to go on with. */
  readonly cookie: string | undefined;
}

interface Sent {
  action: string;
  sentCookie: string | undefined;
}

/** Reads the HTTP answer to an action; HTTP 200 says nothing, `Response:` decides. */
export function readReply(http: HttpReply, { action, sentCookie }: Sent): Reply {
  if (http.status !== 200) throw httpError(http.status, action);
  if (/html|xml|json/i.test(http.contentType))
    throw notAjam(action, `it is ${http.contentType.slice(0, 40)}`);
  const cookie = sessionId(http.setCookies);
  const packets = parsePackets(http.body);
  const response = packets.find((packet) => packet.kind === 'response');
  if (!response && action !== 'WaitEvent') throw notAjam(action, 'it holds no response');
  if (response?.name === 'Error') {
    throw refusal(action, header(response, 'Message') ?? '', {
      lost: cookie !== undefined && cookie !== sentCookie,
    });
  }
  return { response, events: packets.filter((packet) => packet.kind === 'event'), cookie };
}

/** Asterisk's own; proxies in front of it may add others. */
function sessionId(setCookies: readonly string[]): string | undefined {
  const ids = setCookies.map((cookie) => cookie.match(/^mansession_id="?([0-9a-f]{1,16})"?/i)?.[1]);
  return ids.findLast((id) => id !== undefined);
}

function refusal(action: string, words: string, { lost }: { lost: boolean }): AjamError {
  const asteriskMessage = words.trim();
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
    // An unknown cookie is no error to Asterisk: it makes a new session, not logged in, with another id.
    case asteriskMessage === 'Permission denied' && lost:
      return new AjamError(
        'AJAM_SESSION_LOST',
        `Asterisk no longer knows the session; ${action} was not done`,
        details,
      );
    case asteriskMessage === 'Permission denied' || /Access Forbidden/i.test(asteriskMessage):
      return new AjamError(
        'AJAM_PERMISSION',
        `The AMI user may not do ${action}: see read= and write= in manager.conf`,
        details,
      );
    default:
      return new AjamError('AJAM_REFUSED', `Asterisk refused ${action}: ${asteriskMessage}`, details);
  }
}

// Whether an HTTP error came from Asterisk or from a proxy that had passed the action on cannot be told.
function httpError(httpStatus: number, action: string): AjamError {
  const advice =
    httpStatus === 404
      ? ': are enabled=yes and webenabled=yes in manager.conf, and is the prefix of http.conf in the url?'
      : httpStatus === 401 || httpStatus === 403
        ? ': a proxy or an ACL of http.conf keeps us out'
        : '';
  return new AjamError('AJAM_HTTP', `HTTP ${httpStatus} for ${action}${advice}`, {
    httpStatus,
    mayHaveRun: true,
  });
}

const notAjam = (action: string, why: string): AjamError =>
  new AjamError('AJAM_NOT_AJAM', `The reply to ${action} is not AJAM: ${why}`, { mayHaveRun: true });
