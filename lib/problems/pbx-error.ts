import type { AjamError } from '../ajam/errors.ts';
import { CallbackError } from './callback-error.ts';
import type { ProblemCode } from './problem-codes.ts';

function adviceFor({ code, message }: AjamError): string {
  if (code === 'AJAM_PERMISSION')
    return '. Placing calls needs read=call and write=originate; status, cancel and digits need write=originate,call,reporting';
  if (code === 'AJAM_REFUSED' && message.includes('Originate'))
    return ' See channel, context, exten and dialAs of the route. The doctor command shows which of them is wrong';
  return '';
}

/** Converts an error of the AJAM client to a CallbackError. @param pbx The name in the settings. */
export function pbxError(error: AjamError, pbx: string): CallbackError {
  const code = codeOf(error);
  const { asteriskMessage } = error;
  const hint = `PBX ${pbx}: ${error.message}${adviceFor(error)}`;
  const message = code === 'pbx-unreachable' ? UNREACHABLE : `PBX ${pbx}: ${error.message}`;
  return new CallbackError(code, message, { cause: error, asteriskMessage, hint });
}

const UNREACHABLE =
  'No PBX of the route could be reached, and nothing was sent. Send the request again later. The reason is in the log under the request id';

function codeOf(error: AjamError): ProblemCode {
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
