import { type ActionHeaders, actionName, headerOf } from './form.ts';
import { bytesToUtf8 } from './packet.ts';

/** An HTTP request that was read completely. */
export interface LoggedRequest {
  /** When the request had been read, in milliseconds since the epoch. */
  at: number;
  /** The number of its connection, from 1. */
  connection: number;
  method: string;
  url: string;
  action: string;
  actionId: string;
  /** The action's `name: value` lines without Secret and Key. */
  headers: string[];
  /** False when a fault or an HTTP error prevented the action. */
  executed: boolean;
  /** When the reply was written to the socket. */
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
