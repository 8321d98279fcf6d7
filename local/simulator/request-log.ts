import { type ActionHeaders, actionName, headerOf } from './form.ts';
import { bytesToUtf8 } from './packet.ts';

export interface LoggedRequest {
  /** The time at which the whole request was read, in milliseconds since 1970. */
  at: number;
  /** The number of the connection, from 1. */
  connection: number;
  method: string;
  url: string;
  action: string;
  actionId: string;
  /** The lines `name: value` of the action, without Secret and Key. */
  headers: string[];
  /** False when a fault or an HTTP error prevented the action. */
  executed: boolean;
  /** The time of the reply, in milliseconds since 1970. */
  repliedAt?: number;
}

export function logged(
  connection: number,
  method: string,
  url: string,
  headers: ActionHeaders,
): LoggedRequest {
  return {
    at: Date.now(),
    connection,
    method,
    url: url.replace(/([?&](?:secret|key)=)[^&]*/gi, '$1…'),
    action: bytesToUtf8(actionName(headers)),
    actionId: bytesToUtf8(headerOf(headers, 'ActionID')),
    headers: headers.filter((header) => !/^(secret|key):/i.test(header)).map(bytesToUtf8),
    executed: false,
  };
}
