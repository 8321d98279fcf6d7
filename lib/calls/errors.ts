import type { AjamError } from '../ajam/index.ts';
import type { Callback } from './callback.ts';

/** Stable codes; they become the `type` of a problem. */
export type CallbackErrorCode =
  /** Neither connection nor login, on no PBX of the route; nothing was sent. */
  | 'pbx-unreachable'
  /** Asterisk refused the login of every PBX that answered; nothing was sent. */
  | 'pbx-login-refused'
  /** The AMI user lacks a privilege. */
  | 'pbx-permission'
  /** Asterisk refused the order, in its own words. */
  | 'pbx-refused'
  /** Something answered that does not speak AJAM. */
  | 'pbx-not-ajam'
  /** The order left and no answer came back. */
  | 'outcome-unknown'
  /** No route of that name. */
  | 'route-unknown'
  /** No live call with that id, or none that who asks may know of. */
  | 'callback-not-found'
  /** A live call was to be ended or to hear digits, and the PBX did not answer. */
  | 'pbx-no-answer'
  /** Digits for a call in which not both have answered. */
  | 'call-not-connected';

interface Details {
  cause?: unknown;
  asteriskMessage?: string | undefined;
  callback?: Callback;
}

/** A callback that could not be placed, or of which nothing is known. The message says what to do. */
export class CallbackError extends Error {
  override readonly name = 'CallbackError';
  readonly code: CallbackErrorCode;
  readonly asteriskMessage: string | undefined;
  readonly callback: Callback | undefined;

  constructor(code: CallbackErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.asteriskMessage = details.asteriskMessage;
    this.callback = details.callback;
  }
}

function adviceFor({ code, message }: AjamError): string {
  if (code === 'AJAM_PERMISSION')
    return '. Placing calls needs read=call and write=originate; status, cancel and digits need write=originate,call,reporting';
  if (code === 'AJAM_REFUSED' && message.includes('Originate'))
    return ' See channel, context, exten and dialAs of the route: npm run doctor says which one is wrong';
  return '';
}

/** What an AJAM failure means to who asked for the call. `pbx` is the name in the settings. */
export function pbxError(error: AjamError, pbx: string): CallbackError {
  const { asteriskMessage } = error;
  const message = `PBX ${pbx}: ${error.message}${adviceFor(error)}`;
  return new CallbackError(codeOf(error), message, { cause: error, asteriskMessage });
}

function codeOf(error: AjamError): CallbackErrorCode {
  switch (error.code) {
    case 'AJAM_AUTHENTICATION':
    case 'AJAM_LOGIN_IN_USE':
      return 'pbx-login-refused';
    case 'AJAM_PERMISSION':
      return 'pbx-permission';
    case 'AJAM_REFUSED':
    case 'AJAM_INVALID':
      return 'pbx-refused';
    case 'AJAM_NOT_AJAM':
      return 'pbx-not-ajam';
    case 'AJAM_HTTP':
      return error.httpStatus === 503 ? 'pbx-unreachable' : 'pbx-not-ajam';
    case 'AJAM_UNREACHABLE':
    case 'AJAM_CERTIFICATE':
    case 'AJAM_NO_REPLY':
    case 'AJAM_ABORTED':
    case 'AJAM_SESSION_LOST':
      return 'pbx-unreachable';
  }
}
