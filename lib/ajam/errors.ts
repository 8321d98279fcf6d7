/** Stable codes; they are API. */
export type AjamErrorCode =
  /** The request cannot be said in AJAM (control characters, too many headers…); nothing was sent. */
  | 'AJAM_INVALID'
  /** No connection: refused, timed out, name not found; nothing was sent. */
  | 'AJAM_UNREACHABLE'
  /** TLS refused the server's certificate; nothing was sent. */
  | 'AJAM_CERTIFICATE'
  /** The request left, and no whole reply came back. */
  | 'AJAM_NO_REPLY'
  /** The caller's signal fired. */
  | 'AJAM_ABORTED'
  /** An HTTP status other than 200. */
  | 'AJAM_HTTP'
  /** HTTP 200, but not what AJAM speaks. */
  | 'AJAM_NOT_AJAM'
  /** Asterisk refused the login. */
  | 'AJAM_AUTHENTICATION'
  /** `allowmultiplelogin=no`, and somebody is logged in. */
  | 'AJAM_LOGIN_IN_USE'
  /** Asterisk no longer knows the session; the action was not carried out. */
  | 'AJAM_SESSION_LOST'
  /** The AMI user may not do this. */
  | 'AJAM_PERMISSION'
  /** Asterisk answered `Response: Error`; its words are in `asteriskMessage`. */
  | 'AJAM_REFUSED';

export interface AjamErrorDetails {
  cause?: unknown;
  mayHaveRun?: boolean;
  httpStatus?: number;
  asteriskMessage?: string;
}

/**
 * The one error of the client. Its message holds neither secrets nor what was sent.
 *
 * `mayHaveRun` is what a caller needs who must not do a thing twice: false only where it is certain that
 * Asterisk did not carry the action out.
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
