/** The codes are part of the API and do not change. */
export type AjamErrorCode =
  /** The url is invalid, or AJAM cannot carry the action: control characters, too many headers and so on. Nothing was sent. */
  | 'AJAM_INVALID'
  /** No connection: refused, timed out, or the name was not found. Nothing was sent. */
  | 'AJAM_UNREACHABLE'
  /** The server's certificate was refused. Nothing was sent. */
  | 'AJAM_CERTIFICATE'
  /** The action was sent, and no complete reply arrived. */
  | 'AJAM_NO_REPLY'
  /** The signal of the caller aborted the action, or `sendBy` had passed. */
  | 'AJAM_ABORTED'
  /** An HTTP status other than 200. */
  | 'AJAM_HTTP'
  /** HTTP 200, but the body is not AJAM. */
  | 'AJAM_NOT_AJAM'
  /** Asterisk refused the login. */
  | 'AJAM_AUTHENTICATION'
  /** manager.conf has `allowmultiplelogin=no`, and somebody is logged in with this user. */
  | 'AJAM_LOGIN_IN_USE'
  /** Asterisk no longer knows the session. The action was not executed. */
  | 'AJAM_SESSION_LOST'
  /** The AMI user may not send this action. */
  | 'AJAM_PERMISSION'
  /** Asterisk answered `Response: Error`. Its message is in `asteriskMessage`. */
  | 'AJAM_REFUSED';

export interface AjamErrorDetails {
  cause?: unknown;
  mayHaveRun?: boolean;
  httpStatus?: number;
  asteriskMessage?: string;
}

/**
 * The only error class of the client. Its message contains neither secrets nor values of the action.
 *
 * `mayHaveRun` is false only if Asterisk certainly did not execute the action. Send an action again only then.
 */
export class AjamError extends Error {
  override readonly name = 'AjamError';
  readonly code: AjamErrorCode;
  readonly mayHaveRun: boolean;
  readonly httpStatus: number | undefined;
  readonly asteriskMessage: string | undefined;

  constructor(code: AjamErrorCode, message: string, details: AjamErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.mayHaveRun = details.mayHaveRun ?? false;
    this.httpStatus = details.httpStatus;
    this.asteriskMessage = details.asteriskMessage;
  }
}

export const isAjamError = (error: unknown, ...codes: AjamErrorCode[]): error is AjamError =>
  error instanceof AjamError && (codes.length === 0 || codes.includes(error.code));
