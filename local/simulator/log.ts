import { type ActionHeaders, actionName, headerOf } from './form.ts';
import { bytesToUtf8 } from './packet.ts';

/** One HTTP request that was read in full. */
export interface LoggedRequest {
  /** Milliseconds since the epoch, when the request had been read. */
  at: number;
  /** Connections are numbered from 1 in the order they were opened. */
  connection: number;
  method: string;
  url: string;
  action: string;
  actionId: string;
  /** `name: value` as the manager sees it; Secret and Key are left out. */
  headers: string[];
  /** False when a fault, an HTTP error or the 404 kept the manager from seeing it. */
  executed: boolean;
  /** When the reply was handed to the socket. */
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
