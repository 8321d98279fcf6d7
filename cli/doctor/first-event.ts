import type { Socket } from 'node:net';

/** The wait for a socket's event was over before the event came. */
export class EventTimeout extends Error {
  override readonly name = 'EventTimeout';
}

/**
 * Returns the first argument of the next such event of a socket. Rejects with the socket's error, with ECONNRESET when
 * the other side closes, and with EventTimeout after `ms`. Node's own `once` waits for ever on a socket that closes
 * without an error, and an AbortSignal's timer does not keep the process alive.
 */
export function firstEvent(socket: Socket, event: string, ms: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new EventTimeout(`nothing within ${ms} ms`)), ms);
    const closed = (): void =>
      reject(Object.assign(new Error('The other side closed the connection'), { code: 'ECONNRESET' }));
    socket.on('error', reject).once(event, resolve).once('end', closed).once('close', closed);
    for (const last of ['error', event, 'end', 'close']) socket.once(last, () => clearTimeout(timer));
  });
}
